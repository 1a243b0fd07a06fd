"""A model card: what a version was made from, what it is for, how good it is, and where it ends.

The sections follow M. Mitchell et al., "Model Cards for Model Reporting", FAT* 2019. Everything in it comes from the
version's own manifest, so that the same training gives the same card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticket_triage.reports.page import Part, Section, Table, as_html, as_markdown

Plain = Mapping[str, Any]
"""Values as JSON holds them."""

_USE = (
    "For a support desk: to suggest the urgency, category and sentiment of a new ticket from its text and what is "
    "known when it arrives, as one input of a policy that people wrote and can change. It answers for tickets like "
    "those it learnt from: the same desk, languages and kinds of request."
)
_NOT_FOR = (
    "Not for judging people, neither requesters nor agents; not for closing or refusing a request without a person; "
    "not for another desk without judging it on that desk's own tickets first."
)
_LIMITS = (
    "It repeats the habits of those who set the labels, their mistakes included.",
    "Levels next to one another and rare classes are mixed up most; the class tables show where.",
    "Words it never met say nothing to it: new products and new kinds of trouble need a retraining.",
    "The figures are of one held-out window; they fall as the desk changes.",
)


def model_card(about: Plain) -> list[Section]:
    """Return the sections of a card.

    Parameters
    ----------
    about : mapping
        A version's manifest: ``name, training, lineage, reports, slices, warnings, recipe, environment`` and, when they
        were measured, ``contracts, costs, ablation``.
    """
    sections = [
        Section("Intended use", [_USE, _NOT_FOR]),
        Section("Data", [*_data(about)]),
        *(Section(f"Figures: {report['head']}", [*_figures(report)]) for report in about["reports"]),
        Section("Slices", [*_slices(about.get("slices", ()))]),
    ]
    if about.get("contracts"):
        sections.append(Section("What may be set without a person", [*_contracts(about["contracts"])]))
    if about.get("costs"):
        sections.append(Section("Costs of acting on it", [*_costs(about["costs"])]))
    if about.get("ablation"):
        sections.append(Section("What each part brought", [*_ablation(about["ablation"])]))
    limits = [*_LIMITS, *about.get("warnings", ())]
    return [
        *sections,
        Section("Limits", limits),
        Section("How it was made", [_table(about.get("recipe", {}))]),
        Section("Environment", [_table(about.get("environment", {}))]),
    ]


def card_markdown(about: Plain) -> str:
    """Return a card as Markdown."""
    return as_markdown(_title(about), model_card(about))


def card_html(about: Plain) -> str:
    """Return a card as one HTML page."""
    return as_html(_title(about), model_card(about))


def _title(about: Plain) -> str:
    return f"Model card: {about['name']}"


def _data(about: Plain) -> Iterator[Part]:
    training, lineage = about["training"], about["lineage"]
    window = training["window"]
    when = f"opened {window[0][:10]} to {window[1][:10]}" if window else "without dates"
    yield f"{training['rows']:,} tickets {when}; learnt from {training['learnt_from']:,}."
    yield f"Judged on {training['judged_on']:,} tickets it has not learnt from: {training['split']}."
    yield _table(
        {
            "history, SHA-256": lineage["data_sha256"],
            "judged tickets, SHA-256": lineage["judged_sha256"],
            "model, SHA-256": lineage["model_sha256"],
            "ticket-triage": lineage["code"],
            "seed": lineage["seed"],
        }
    )


def _figures(report: Plain) -> Iterator[Part]:
    if not report["signal"]:
        yield "No signal was found, so this head does not answer."
    rows = [["accuracy", _interval(report["accuracy"])], ["majority line", _share(report["majority"])]]
    rows.append(["macro-F1", _share(report["macro_f1"])])
    if report["quadratic_kappa"] is not None:
        rows.append(["quadratic kappa", _share(report["quadratic_kappa"])])
    if report["top"] is not None:
        rows.append([f"recall of {report['top']}", _interval(report["top_recall"])])
        rows.append([f"precision of {report['top']}", _interval(report["top_precision"])])
    rows.append(["calibration error", _share(report["expected_calibration_error"])])
    rows.append(["log loss (class shares alone)", f"{_share(report['log_loss'])} ({_share(report['prior_log_loss'])})"])
    yield f"On {report['rows']:,} held-out tickets; intervals are 95 %."
    yield Table(["figure", "value"], rows)
    yield Table(
        ["class", "tickets", "precision", "recall", "F1"],
        [
            [entry["name"], f"{entry['rows']:,}", *(_share(entry[key]) for key in ("precision", "recall", "f1"))]
            for entry in report["classes"]
        ],
    )


def _slices(slices: Sequence[Plain]) -> Iterator[Part]:
    if not slices:
        yield "No part of the held-out tickets is large enough to be judged by itself."
        return
    yield "Accuracy on parts of the held-out tickets, with 95 % intervals."
    yield Table(
        ["head", "where", "tickets", "accuracy"],
        [
            [
                entry["head"],
                f"{entry['slice']} is {entry['value']}",
                f"{entry['accuracy']['n']:,}",
                _interval(entry["accuracy"]),
            ]
            for entry in slices
        ],
    )


def _contracts(contracts: Sequence[Plain]) -> Iterator[Part]:
    yield "Proven precision by answer: the bound is the lower 95 % one on held-out tickets at least this confident."
    yield Table(
        ["head", "answer", "alone", "confidence from", "bound", "cases", "errors", "labels still needed"],
        [
            [
                entry["head"],
                entry["answer"],
                "yes" if entry["automatic"] else "suggest only",
                _share(entry["threshold"]),
                _share(entry["bound"]),
                f"{entry['cases']:,}",
                f"{entry['errors']:,}",
                "more than can be said" if entry["labels_needed"] is None else f"{entry['labels_needed']:,}",
            ]
            for entry in contracts
        ],
    )


def _costs(costs: Plain) -> Iterator[Part]:
    yield (
        f"Mean cost of a wrong level of {costs['head']} per ticket, on {costs['rows']:,} held-out tickets, in false "
        "alarms of one level."
    )
    yield Table(["way of answering", "cost"], [[way, _share(cost)] for way, cost in costs["costs"].items()])
    if costs["loses_to"]:
        yield f"Acting by least expected cost loses to: {', '.join(costs['loses_to'])}."


def _ablation(ablation: Any) -> Iterator[Part]:
    """Yield what was measured without each part: a list of rows of like keys, or one such list by head."""
    by_head = ablation if isinstance(ablation, Mapping) else {"": ablation}
    for head, rows in by_head.items():
        if head:
            yield f"{head}:"
        headings = list(dict.fromkeys(key for row in rows for key in row))
        yield Table(headings, [[_value(row.get(key)) for key in headings] for row in rows])


def _table(entries: Plain) -> Table:
    return Table(["what", "value"], [[str(key).replace("_", " "), _value(value)] for key, value in entries.items()])


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(entry)}" for key, entry in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return "" if value is None else str(value)


def _interval(interval: Plain) -> str:
    if not interval["n"]:
        return "none"
    return f"{_share(interval['value'])} [{_share(interval['low'])}, {_share(interval['high'])}]"


def _share(value: float) -> str:
    return f"{value:.3f}"
