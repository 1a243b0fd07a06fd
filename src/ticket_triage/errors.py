"""Every error a user can meet, in one tree.

::

    TriageError
    ├── InputError (ValueError)          what was handed in cannot be used
    │   ├── UnreadableFileError          the file is missing, empty or of no known kind
    │   ├── MappingError                 a mapping names what the file or the product does not have
    │   ├── UnknownLevelError            a label lies outside its head's levels
    │   ├── NoUsableRowsError            not one row could be read
    │   ├── BadValueError                one value of a ticket is of the wrong kind or range
    │   ├── BadOptionError               a command's option has a value it cannot take
    │   ├── ReceiptError                 a receipt is none, or cannot be decided again
    │   ├── PayloadError                 a webhook's payload lacks what it takes to know what happened
    │   ├── MissingSlotError             a message has a slot for which nothing is known
    │   ├── DeskError                    the desk's snapshot cannot be read or names what the policy does not have
    │   └── EncoderError                 an encoder folder is missing, unsafe or of a kind that cannot be run
    ├── SignatureError                   a webhook's signature is missing, wrong or old
    ├── TrainingError (ValueError)       the history cannot teach what was asked
    │   ├── NoLabelsError                no head has labels enough to learn
    │   └── LaterColumnError             a column known only later was asked for as a feature
    ├── ModelError                       a model cannot be used
    │   ├── ModelNotFoundError           no model of that name or version
    │   ├── ArtefactDamagedError         a file of the artefact is missing, changed or unreadable
    │   ├── CanaryFailedError            a model answers fixed tickets otherwise than when it was published
    │   ├── ForeignFileError             a version's folder holds a file that was not published with it
    │   ├── ArtefactVersionError         the artefact's format is not one this version reads
    │   ├── DifferentHeadsError          two versions do not answer the same questions
    │   ├── GateRefusedError             a candidate is worse than the version in use
    │   ├── ChampionMovedError           somebody changed the version in use meanwhile
    │   ├── NoEarlierChampionError       there is nothing to roll back to
    │   └── MissingExtraError            it needs a package that is not installed
    ├── StoreError                       what is kept cannot be read or written
    │   ├── StoreUnavailableError        the store cannot be opened or reached, or its disk fails
    │   ├── StoreFullError               its disk is full
    │   ├── StoreReadOnlyError           its file or folder cannot be written
    │   ├── StoreBusyError               somebody else holds it, or too much waits to be written
    │   ├── StoreVersionError            its tables are older or newer than this version's
    │   ├── TicketNotFoundError          it has no such ticket
    │   ├── TicketChangedError           the ticket changed since it was read
    │   ├── HookNotFoundError            it has no such hook, or no such dead delivery
    │   └── KeyReusedError               an idempotency key came back with another request
    └── PolicyError (ValueError)         the policy file cannot be used
        ├── PolicyUnreadableError        the file is missing or no TOML
        ├── PolicyInvalidError           an entry is unknown, contradictory or out of range
        └── EmptyCalendarError           a calendar has no working time at all

A message says what was wrong, where, what is allowed and what to do. Each leaf has a stable ``code`` that clients
may rely on; the HTTP status that belongs to it is known to ``api`` alone.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list them all.

    Examples
    --------
    >>> nearest("subjct", ["subject", "body"])
    "did you mean 'subject'?"
    >>> nearest("zzz", ["subject", "body"])
    'known are: body, subject'
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(names)}"


class TriageError(Exception):
    """Anything this package refuses to do, with the reason in one sentence."""

    code: ClassVar[str] = "triage-error"


class InputError(TriageError, ValueError):
    """What was handed in cannot be used; the sender can mend it."""


class UnreadableFileError(InputError):
    """A file is missing, empty, damaged or of no kind this package reads."""

    code = "unreadable-file"


class MappingError(InputError):
    """A column mapping names something the file or the product does not have."""

    code = "bad-mapping"


class UnknownLevelError(InputError):
    """A label is none of its head's ordered levels."""

    code = "unknown-level"


class NoUsableRowsError(InputError):
    """Not one row of the input could be used."""

    code = "no-usable-rows"


class BadValueError(InputError):
    """One value of a ticket is of the wrong kind or out of its range."""

    code = "bad-value"


class BadOptionError(InputError):
    """An option of a command has a value it cannot take."""

    code = "bad-option"


class DeskError(InputError):
    """The snapshot of the desk cannot be read, or names what the policy does not have."""

    code = "bad-desk"


class ReceiptError(InputError):
    """A receipt cannot be read, or lacks what it takes to decide it again."""

    code = "bad-receipt"


class PayloadError(InputError):
    """A webhook's payload lacks what it takes to know what happened, or is none of its source's."""

    code = "bad-payload"

    def __init__(self, source: str, missing: Iterable[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            f"This is no payload of {source} as known here: it lacks {', '.join(self.missing)}; "
            "send the source's own payload, or the generic one."
        )


class MissingSlotError(InputError):
    """A message has a slot for which nothing is known, so it would have a gap."""

    code = "missing-slot"

    def __init__(self, kind: str, slot: str, why: str) -> None:
        self.slot = slot
        super().__init__(f"Message {kind} needs {slot}, but {why}; or give it yourself: --slot {slot}=TEXT.")


class EncoderError(InputError):
    """An encoder folder is missing, unsafe, or of a kind that cannot be run."""

    code = "bad-encoder"


class SignatureError(TriageError):
    """A webhook's signature is missing, wrong or old, so nobody knows who sent it."""

    code = "bad-signature"


class TrainingError(TriageError, ValueError):
    """The history cannot teach what was asked of it."""


class NoLabelsError(TrainingError):
    """No head has enough labels to learn from."""

    code = "no-labels"


class LaterColumnError(TrainingError):
    """A column that is only known later was asked for as a feature."""

    code = "later-column"


class ModelError(TriageError):
    """A model cannot be used."""


class ModelNotFoundError(ModelError):
    """No model of that name or version is in the folder."""

    code = "model-not-found"


class ArtefactDamagedError(ModelError):
    """A file of the model's artefact is missing, changed or unreadable."""

    code = "artefact-damaged"


class ArtefactVersionError(ModelError):
    """The artefact was written in a format this version does not read."""

    code = "artefact-version"


class CanaryFailedError(ModelError):
    """A model answers fixed tickets otherwise than when it was published."""

    code = "canary-failed"


class ForeignFileError(ModelError):
    """A version's folder holds a file that was not published with it."""

    code = "foreign-file"


class DifferentHeadsError(ModelError):
    """Two versions do not answer the same questions, so neither can stand in for the other unasked."""

    code = "different-heads"


class GateRefusedError(ModelError):
    """A candidate is worse than the version in use, or nobody can tell; the version in use stays."""

    code = "gate-refused"

    def __init__(self, message: str, verdict: Any) -> None:
        super().__init__(message)
        self.verdict = verdict


class ChampionMovedError(ModelError):
    """Somebody changed the version in use between a decision and its execution."""

    code = "champion-moved"


class NoEarlierChampionError(ModelError):
    """There is no earlier version in use to roll back to."""

    code = "no-earlier-champion"


class MissingExtraError(ModelError):
    """A model, or an encoder it shall learn with, needs a package that is not installed."""

    code = "missing-extra"

    def __init__(self, package: str, what: str, extra: str) -> None:
        self.package = package
        super().__init__(
            f"{what} needs the package {package}, which is not installed; pip install 'ticket-triage[{extra}]'."
        )


class StoreError(TriageError):
    """What is kept cannot be read or written; nothing that was acknowledged is lost by it."""


class StoreUnavailableError(StoreError):
    """The store cannot be opened or reached, or the disk below it fails."""

    code = "store-unavailable"


class StoreFullError(StoreError):
    """The disk of the store is full."""

    code = "store-full"


class StoreReadOnlyError(StoreError):
    """The store's file or folder cannot be written."""

    code = "store-read-only"


class StoreBusyError(StoreError):
    """Somebody else holds the store, or too much waits to be written."""

    code = "store-busy"


class StoreVersionError(StoreError):
    """The store's tables are older or newer than this version's."""

    code = "store-version"


class TicketNotFoundError(StoreError):
    """The store has no ticket of that id."""

    code = "ticket-not-found"


class TicketChangedError(StoreError):
    """The ticket changed since the caller read it."""

    code = "ticket-changed"


class HookNotFoundError(StoreError):
    """The store has no hook of that id, or no such delivery that was given up."""

    code = "hook-not-found"


class KeyReusedError(StoreError):
    """An idempotency key came back with another request."""

    code = "idempotency-key-reused"


class PolicyError(TriageError, ValueError):
    """The policy file cannot be used."""


class PolicyUnreadableError(PolicyError):
    """The policy file is missing or is no TOML."""

    code = "policy-unreadable"


class PolicyInvalidError(PolicyError):
    """An entry of the policy is unknown, contradictory or out of range."""

    code = "policy-invalid"


class EmptyCalendarError(PolicyError):
    """A calendar has no working time, so nothing could ever be due in it."""

    code = "empty-calendar"
