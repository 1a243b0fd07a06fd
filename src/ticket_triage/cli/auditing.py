"""What a person is shown by ``triage data check --audit``, after the check itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.screen import grid, heading, paragraph, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.modelling.audit import Ceiling, Conflict, Drift, LabelAudit
    from ticket_triage.modelling.wording import WordDrift
    from ticket_triage.service.audit import Audit

_SHOWN = 10
_SHOWN_MEMBERS = 2


def show_audit(audit: Audit) -> None:
    """Print what the labels and columns are worth; whole lists stand in the JSON file."""
    show("", *_columns(audit))
    for head in audit.heads:
        show("", *_head(audit, head))


def _columns(audit: Audit) -> Iterator[RenderableType]:
    yield heading("Audit")
    yield from map(paragraph, audit.findings())
    if audit.words is not None:
        yield from _words(audit.words)


def _head(audit: Audit, head: LabelAudit) -> Iterator[RenderableType]:
    yield heading(f"{head.head}: {head.labelled:,} labels audited")
    yield paragraph(
        f"  a quick model agrees with {head.accuracy:.1%} of the labels of tickets it had not seen; always the "
        f"commonest: {head.majority:.1%}"
    )
    if not head.signal:
        yield paragraph("  warning: no signal found: the labels do not follow the texts, so none can be judged")
    if head.ceiling is not None:
        yield paragraph(f"  {_ceiling(head.ceiling)}")
    if head.set_aside:
        names = ", ".join(f"{name} ({count})" for name, count in list(head.set_aside.items())[:_SHOWN])
        yield paragraph(f"  too rare to audit, under five labels: {names}")
    yield from _suspects(audit, head)
    yield from _conflicts(audit, head)
    yield from _overlaps(head)
    if head.drift is not None:
        yield from _drift(head.drift)


def _ceiling(ceiling: Ceiling) -> str:
    return (
        f"ceiling: {ceiling.tickets:,} tickets repeat a text word for word, and another of the same text carries the "
        f"same label in {ceiling.agreement:.1%}; on these no model of the text can be right in more than "
        f"{ceiling.bound:.1%}"
    )


def _suspects(audit: Audit, head: LabelAudit) -> Iterator[RenderableType]:
    if not head.suspects:
        return
    yield paragraph(
        f"  probably wrong: {len(head.suspects):,} labels, contradicted by a sure answer; if all are, a perfect "
        f"model agrees with {1 - head.wrong_share:.1%} of the labels; the least probable"
    )
    rows = [
        (
            *_place(audit, entry.row),
            entry.label,
            f"{entry.probability:.3f}",
            entry.likely,
            f"{entry.likely_probability:.3f}",
        )
        for entry in head.suspects[:_SHOWN]
    ]
    yield grid(["ticket", audit.reading.place, "label", "probable by", "rather", "by"], rows)


def _conflicts(audit: Audit, head: LabelAudit) -> Iterator[RenderableType]:
    if not head.conflicts:
        return
    tickets = sum(len(conflict.rows) for conflict in head.conflicts)
    yield paragraph(
        f"  near-identical, yet labelled differently: {tickets:,} tickets in {len(head.conflicts):,} groups, such as"
    )
    yield grid(
        ["tickets", "labels", "some of them"],
        [
            (f"{len(conflict.rows):,}", _labels(conflict), _some(audit, conflict))
            for conflict in head.conflicts[:_SHOWN]
        ],
    )


def _labels(conflict: Conflict) -> str:
    counts = {label: conflict.labels.count(label) for label in dict.fromkeys(conflict.labels)}
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{label} {count:,}" for label, count in ordered)


def _some(audit: Audit, conflict: Conflict) -> str:
    """Name a few tickets, one of each label first."""
    firsts = [conflict.labels.index(label) for label in dict.fromkeys(conflict.labels)]
    order = [*firsts, *(n for n in range(len(conflict.rows)) if n not in firsts)]
    return ", ".join(_place(audit, conflict.rows[n])[0] for n in order[:_SHOWN_MEMBERS])


def _overlaps(head: LabelAudit) -> Iterator[RenderableType]:
    pairs = [pair for pair in head.overlaps if pair.flagged or pair.contested][:_SHOWN]
    if not pairs:
        return
    yield paragraph(
        "  hard to tell apart: tickets the model takes for the other (share of the smaller class), and near-identical "
        "groups on which people differ"
    )
    rows = [
        (f"{pair.first} / {pair.second}", f"{pair.confused:,}", f"{pair.share:.1%}", f"{pair.contested:,}")
        for pair in pairs
    ]
    yield grid(["classes", "model", "share", "people"], rows)


def _drift(drift: Drift) -> Iterator[RenderableType]:
    verdict = "warning: the labels drift" if drift.flagged else "the labels hardly drift"
    far = drift.periods[drift.period]
    yield paragraph(
        f"  {verdict}: furthest from the whole are the tickets from {far.begins[:10]} to {far.ends[:10]}, of which "
        f"{drift.distance:.1%} would have to change class; {drift.moved!r} has {far.shares[drift.moved]:.1%} of them, "
        f"and {drift.usual:.1%} of all"
    )
    rows = [
        (begins, ends, f"{entry.tickets:,}", f"{entry.shares[drift.moved]:.1%}", f"{entry.accuracy:.1%}")
        for entry in drift.periods
        for begins, ends in [(entry.begins[:10], entry.ends[:10])]
    ]
    yield grid(["from", "to", "tickets", drift.moved, "agreement"], rows)


def _words(drift: WordDrift) -> Iterator[RenderableType]:
    yield paragraph(f"{drift.sentence}; what moves most in them")
    rows = [(entry.word, f"{entry.share:.1%}", f"{entry.elsewhere:.1%}") for entry in drift.words]
    yield grid(["word", "of their tickets", "of all others"], rows)


def _place(audit: Audit, row: int) -> tuple[str, str]:
    ticket_id, line = audit.place(row)
    return ticket_id, f"{line:,}"
