"""Receipts held against the decisions that follow from the same ticket, desk, model and policy today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage import registry
from ticket_triage.domain.decision import seal
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import InputError, ModelError, ReceiptError
from ticket_triage.intake.desk import read_desk
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import Policy, decide_again, delayed_by, load_policy, restored_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.models import DEFAULT_MODELS, load_version
from ticket_triage.service.queue import queue_of
from ticket_triage.service.receipt_files import read_receipts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.recorded import Recorded
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.service.train import MappingSource, Source

_STAFFED = ("team", "route", "runners_up", "escalate", "escalation")
"""What follows from the people and the queue of a desk."""

_NO_TEXT = "the signals, loudness and question of its text: the ticket is not at hand, so they are taken as recorded"
_NO_DESK = "team, agent and escalation: the desk's snapshot is not at hand; give it with --desk"
_NO_QUEUE = "the delays: the other tickets, their model or the desk are not at hand"


class Difference(NamedTuple):
    """A key of a receipt, what is stored there, and what follows today; both as JSON, None where there is nothing."""

    key: str
    stored: str | None
    again: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Replayed(Shown):
    """What came of deciding a receipt's ticket again.

    Parameters
    ----------
    ticket_id : str
    differences : tuple of Difference
        Empty when the receipt is the same to the byte.
    unchecked : tuple of str
        What could not be held against anything, and why.
    """

    ticket_id: str
    differences: tuple[Difference, ...]
    unchecked: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def told(self) -> list[str]:
        """Return whether the receipt is the same, and what could not be checked."""
        same = "the same to the byte" if self.same else f"{len(self.differences):,} keys differ"
        return [f"Ticket {self.ticket_id}: {same}.", *(f"Not checked: {part}." for part in self.unchecked)]

    def cells(self) -> Cells:
        """Return one row for each key that differs."""
        return Difference._fields, self.differences

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "ticket_id": self.ticket_id,
            "same": self.same,
            "differences": [entry._asdict() for entry in self.differences],
            "unchecked": list(self.unchecked),
        }


def replay_receipts(
    receipts: str | Path,
    *,
    tickets: Source | None = None,
    text: str | None = None,
    ticket_id: str | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    policy: str | Path | None = None,
    desk: str | Path | None = None,
) -> list[Replayed]:
    """Decide the tickets of receipts again and say what differs, key by key.

    Parameters
    ----------
    receipts : str or Path
        One receipt, or one a line.
    tickets : str, Path, DataFrame or None
        Where the tickets stand, found by their ids; without them the text is not checked.
    text : str or None
        What the ticket said, for a receipt of a text alone.
    ticket_id : str or None
        Only the receipts of this ticket.
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
        Where the receipts' models and policies are kept, found by their hashes.
    policy : str, Path or None
        A policy to look at beside those kept there and the shipped one.
    desk : str, Path or None
        The snapshot that was decided on.

    Returns
    -------
    list of Replayed
        In the file's order.

    Raises
    ------
    ReceiptError
        When a receipt cannot be read, or no policy at hand has its hash.
    InputError, PolicyError
        When tickets, desk or policy cannot be read. A model that is not at hand raises nothing: ``unchecked`` says so.
    """
    wanted = [entry for entry in read_receipts(receipts) if ticket_id in (None, entry.ticket_id)]
    if not wanted:
        raise ReceiptError(f"{receipts} holds no receipt of ticket {ticket_id!r}; see its 'ticket_id'.")
    replayer = _Replayer(
        tickets=_tickets(tickets, text, mapping),
        models=Path(models),
        policies=_Policies(Path(models), policy),
        desk=None if desk is None else read_desk(desk),
    )
    return [replayer.replay(entry) for entry in wanted]


def _tickets(tickets: Source | None, text: str | None, mapping: MappingSource) -> dict[str, Ticket]:
    if text is not None:
        return {"text": Ticket("text", body=text)}
    if tickets is None:
        return {}
    found = tickets_from(read_tickets(tickets, mapping, labelled=False).tickets)
    return {ticket.ticket_id: ticket for ticket in found}


class _Policies:
    """The policies at hand, by hash."""

    def __init__(self, models: Path, named: str | Path | None) -> None:
        self._models = models
        at_hand = [load_policy()] if named is None else [load_policy(named), load_policy()]
        self._known = {entry.reference.sha256: entry for entry in at_hand}

    def of(self, receipt: Recorded) -> Policy:
        """Return the policy of a receipt's hash."""
        reference, sha256 = receipt.policy, receipt.policy.sha256
        if sha256 not in self._known:
            content = registry.kept_policy(self._models, sha256)
            if content is None:
                raise ReceiptError(
                    f"The receipt of {receipt.ticket_id} was decided by policy {reference.name} "
                    f"{reference.version} ({sha256[:12]}), which is neither shipped nor kept in {self._models}; "
                    "name its file with --policy."
                )
            self._known[sha256] = restored_policy(content)
        return self._known[sha256]


@dataclass(frozen=True)
class _Replayer:
    """All that receipts are held against."""

    tickets: Mapping[str, Ticket]
    models: Path
    policies: _Policies
    desk: Desk | None
    loaded: dict[tuple[str, str], TriageModel | None] = field(default_factory=dict)

    def replay(self, receipt: Recorded) -> Replayed:
        """Decide one receipt's ticket again."""
        policy, ticket = self.policies.of(receipt), self.tickets.get(receipt.ticket_id)
        desk = self.desk if self._same_desk(receipt) else _brief(receipt, ticket)
        prediction = receipt.prediction if ticket is None else self._prediction(receipt, ticket)
        decision = decide_again(receipt, prediction or receipt.prediction, policy, desk, ticket)
        unchecked = [_NO_TEXT] if ticket is None else []
        if prediction is None or (ticket is None and prediction.heads):
            unchecked.append(_no_model(receipt))
        if receipt.content["delays"] is not None:
            at_hand = ticket is not None and prediction and (self._same_desk(receipt) or receipt.desk is None)
            ranked = self._with_delays(decision, policy, desk) if at_hand else None
            unchecked += [] if ranked else [_NO_QUEUE]
            decision = ranked or decision
        again = decision.as_dict()
        if not self._same_desk(receipt):
            unchecked += _take_desk(again, receipt.content)
        if ticket is None:
            again["question"] = receipt.content["question"]
        if _NO_QUEUE in unchecked:
            again["delays"] = receipt.content["delays"]
        again["seal"] = seal(*(receipt.content[key] for key in ("ticket_id", "now", "facts", "desk", "calendars")))
        return Replayed(receipt.ticket_id, tuple(_differences(receipt.content, again)), tuple(unchecked))

    def _same_desk(self, receipt: Recorded) -> bool:
        """Whether the snapshot at hand is the one decided on; none at all counts when none was known."""
        brief = receipt.content["desk"]
        return self.desk is not None and brief is not None and self.desk.sha256 == brief["sha256"]

    def _prediction(self, receipt: Recorded, ticket: Ticket) -> Prediction | None:
        """Return what the receipt's model says of the ticket today; None when that model is not at hand."""
        reference = receipt.prediction.model
        if reference is None:
            return NO_PREDICTION
        key = reference.name, reference.version
        if key not in self.loaded:
            self.loaded[key] = self._load(*key)
        model = self.loaded[key]
        if model is None:
            return None
        if any(head.reasons for head in receipt.prediction.heads):
            return model.predict([ticket])[0]
        return model.predict([ticket], reasons=0)[0]

    def _load(self, name: str, version: str) -> TriageModel | None:
        try:
            folder = registry.version_folder(self.models, name, version)
            registry.verify(folder)
            return load_version(folder)
        except (ModelError, InputError, OSError):
            return None

    def _with_delays(self, decision: Decision, policy: Policy, desk: Desk | None) -> Decision | None:
        """Return the decision with the tickets it delays among those at hand."""
        reference = decision.prediction.model
        model = None if reference is None else self.loaded[reference.name, reference.version]
        queue = queue_of(list(self.tickets.values()), Assessor(model, policy, desk=desk), decision.now)
        return replace(decision, delays=delayed_by(decision.ticket_id, queue.ranking, policy, desk))


def _brief(receipt: Recorded, ticket: Ticket | None) -> Desk | None:
    """Return the desk as the receipt keeps it, with what it knew of the requester."""
    if receipt.desk is None or receipt.claims is None or ticket is None or ticket.requester is None:
        return receipt.desk
    return replace(receipt.desk, claims={ticket.requester: receipt.claims})


def _no_model(receipt: Recorded) -> str:
    model = receipt.prediction.model
    named = "the model" if model is None else f"model {model.name} {model.version}"
    return f"the prediction: {named} or the ticket is not at hand, so it is taken as recorded"


def _take_desk(again: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    """Take what follows from a desk that is not at hand as recorded, and say so."""
    again["desk"] = stored["desk"]
    if stored["desk"] is None or not (stored["desk"]["agents"] or stored["desk"]["open_tickets"]):
        return []
    again.update({key: stored[key] for key in _STAFFED})
    return [_NO_DESK]


def _differences(stored: dict[str, Any], again: dict[str, Any]) -> Iterator[Difference]:
    """Yield what differs, key by key; another order of keys is a difference, too."""
    written = json.loads(_json(again))
    found = False
    for difference in _below("", stored, written):
        found = True
        yield difference
    if not found and _json(stored) != _json(written):
        yield Difference("order of keys", ", ".join(stored), ", ".join(written))


def _below(place: str, stored: Any, again: Any) -> Iterator[Difference]:
    if isinstance(stored, dict) and isinstance(again, dict):
        for key in dict.fromkeys((*again, *stored)):
            yield from _pair(f"{place}.{key}" if place else key, stored, again, key)
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for number, (one, other) in enumerate(zip(stored, again, strict=True)):
            yield from _below(f"{place}[{_name(other, number)}]", one, other)
    elif _json(stored) != _json(again):
        yield Difference(place, _json(stored), _json(again))


def _pair(place: str, stored: dict[str, Any], again: dict[str, Any], key: str) -> Iterator[Difference]:
    if key in stored and key in again:
        yield from _below(place, stored[key], again[key])
    elif key in stored:
        yield Difference(place, _json(stored[key]), None)
    else:
        yield Difference(place, None, _json(again[key]))


def _name(entry: Any, number: int) -> str:
    """Call an entry of a list by what it is about, or by its place."""
    for key in ("criterion", "head", "clock", "question", "signal", "ticket_id", "name"):
        if isinstance(entry, dict) and isinstance(entry.get(key), str):
            return str(entry[key])
    return str(number + 1)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
