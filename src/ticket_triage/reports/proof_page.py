"""The proof that prioritising works, or that nothing shows it: a page to hand to a manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ticket_triage.reports.drawing import BLUE, ORANGE, SKY, TEXT, as_svg, new_figure, title
from ticket_triage.reports.page import Drawing, Items, Part, Quote, Section, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Plain = Mapping[str, Any]
"""A proof as ``Proof.as_dict`` gives it, with ``examples``, ``examples_from``, ``advice`` and ``feedback``."""

_LIMITS = (
    "Before and after is no experiment: whatever else changed between the windows is in the figures too.",
    "Weeks were resampled, not tickets; where neighbouring weeks resemble one another the intervals are wider.",
    "Both windows are followed only until their own end; who still waits then counts with the wait so far.",
    "Claims are made of two metrics named beforehand; the others are shown, and one in twenty moves by chance.",
)
_MOST_TICKS = 10


def proof_title(found: Plain) -> str:
    """Return the page's title."""
    return f"Proof: {_window(found['baseline'])} against {_window(found['period'])}"


def proof_sections(found: Plain) -> list[Section]:
    """Return the sections of the page, the claim first."""
    return [
        Section("The claim", [Quote(found["claim"]), *found["warnings"]]),
        Section("Before and after", [*_comparison(found)]),
        Section("Week by week", [*_track(found)]),
        Section("The mix of tickets", [*_mix(found)]),
        Section("Decisions and what came of them", [*_examples(found)]),
        Section("What customers and colleagues say", [*_feedback(found)]),
        Section("What the evidence proposes for the policy", [*_advice(found)]),
        Section("What was measured", [*_definitions(found)]),
        Section("What this is no proof of", [Items(_LIMITS)]),
    ]


def proof_tables(found: Plain) -> dict[str, Table]:
    """Return the figures as tables for a spreadsheet, by name."""
    weeks = [
        [name, week, "" if value is None else f"{value:.4f}"]
        for name, track in found["track"].items()
        for week, value in zip(track["weeks"], track["values"], strict=True)
    ]
    return {
        "comparison": _comparison_table(found["metrics"]),
        "weeks": Table(["metric", "week of", "value"], weeks),
    }


def _comparison(found: Plain) -> Iterator[Part]:
    shown = [entry for entry in found["metrics"] if entry["change"]["low"] is not None]
    if shown:
        yield _forest(shown, held=found["mix"]["changed"])
    yield _comparison_table(found["metrics"])
    for line in found["absent"]:
        yield f"Not measured: {line}."


def _forest(metrics: Sequence[Plain], *, held: bool) -> Drawing:
    figure, (axes,) = new_figure(9.5, 1.2 + 0.45 * len(metrics))
    for place, entry in enumerate(metrics):
        change = (entry["change_with_the_mix_held"] if held else None) or entry["change"]
        low, value, high = (100 * change[key] for key in ("low", "value", "high"))
        told = low > 0 or high < 0
        colour = ORANGE if told else BLUE
        axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot(value, place, marker="D" if told else "o", color=colour)
        if entry["reference"] is not None:
            axes.plot(100 * entry["reference"], place, marker="|", markersize=16, color=TEXT)
    axes.axvline(0, color=TEXT, linewidth=0.8, linestyle="--")
    axes.set_yticks(range(len(metrics)), [entry["title"] for entry in metrics])
    axes.set_ylim(len(metrics) - 0.5, -0.5)
    axes.set_xlabel(f"change (%) with 95 % interval{', mix of tickets held' if held else ''}; | marks the reference")
    moved = [entry["title"] for entry in metrics if entry["shown"]]
    finding = f"Changed beyond chance: {', '.join(moved)}" if moved else "No change beyond chance in any metric"
    title(axes, finding)
    return Drawing(as_svg(figure), f"{finding}; the table holds the figures.")


def _comparison_table(metrics: Sequence[Plain]) -> Table:
    headings = ["metric", "unit", "before", "after", "n before", "n after", "change, 95 %", "with the mix held, 95 %"]
    return Table(
        headings,
        [
            [
                entry["title"],
                entry["unit"],
                _number(entry["before"]["value"]),
                _number(entry["after"]["value"]),
                f"{entry['before']['n']:,}",
                f"{entry['after']['n']:,}",
                _change(entry["change"]),
                _change(entry["change_with_the_mix_held"]),
            ]
            for entry in metrics
        ],
    )


def _track(found: Plain) -> Iterator[Part]:
    drawn = [entry for entry in found["metrics"] if entry["reference"] is not None] or found["metrics"][:2]
    figure, axes = new_figure(9.5, 0.4 + 2.7 * len(drawn), rows=len(drawn))
    for one, entry in zip(axes, drawn, strict=True):
        _line(one, entry, found)
    axes[-1].set_xlabel("week of (Monday)")
    names = " and ".join(entry["title"] for entry in drawn)
    yield Drawing(as_svg(figure), f"{names} by week, the baseline and the period shaded.")
    yield "Every metric of every week stands in the table proof_weeks.csv."


def _line(axes: Axes, entry: Plain, found: Plain) -> None:
    track = found["track"][entry["name"]]
    weeks = track["weeks"]
    values = [float("nan") if value is None else value for value in track["values"]]
    for window, colour in ((found["baseline"], SKY), (found["period"], ORANGE)):
        inside = [place for place, week in enumerate(weeks) if window[0] <= week <= window[1]]
        if inside:
            axes.axvspan(inside[0] - 0.5, inside[-1] + 0.5, color=colour, alpha=0.18, linewidth=0)
    axes.plot(values, color=BLUE, marker="o", markersize=3)
    step = max(1, len(weeks) // _MOST_TICKS)
    axes.set_xticks(range(0, len(weeks), step), weeks[::step], rotation=30, ha="right")
    axes.set_xlim(-0.5, len(weeks) - 0.5)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(entry["unit"])
    before, after = entry["before"]["value"], entry["after"]["value"]
    title(axes, f"{entry['title'].capitalize()}: {_number(before)} before (blue), {_number(after)} after (orange)")


def _mix(found: Plain) -> Iterator[Part]:
    mix, (before, after) = found["mix"], found["arrivals_a_day"]
    word = "changed by more than chance" if mix["changed"] else "did not change beyond chance"
    yield (
        f"The mix of category and urgency {word}: {100 * mix['moved']:.0f} % of the tickets would have to be of "
        f"another kind to make both windows alike. Arrivals: {before:.1f} a day before, {after:.1f} after."
    )
    yield Table(
        ["kind of ticket that moved most", "share before", "share after"],
        [
            [entry["kind"], f"{100 * entry['before']:.1f} %", f"{100 * entry['after']:.1f} %"]
            for entry in mix["largest"]
        ],
    )


def _examples(found: Plain) -> Iterator[Part]:
    yield found["examples_from"]
    if found["examples"]:
        yield Table(
            ["kind", "ticket", "decided", "what came of it"],
            [[entry[key] for key in ("kind", "ticket_id", "decided", "came_of_it")] for entry in found["examples"]],
        )


def _feedback(found: Plain) -> Iterator[Part]:
    rated = next((entry for entry in found["metrics"] if entry["name"] == "satisfaction"), None)
    if rated is not None:
        before, after = rated["before"], rated["after"]
        yield (
            f"Customers rated {_number(before['value'])} before ({before['n']:,} ratings) and "
            f"{_number(after['value'])} after ({after['n']:,})."
        )
    if not found["feedback"]:
        yield "Nobody's words are kept yet. Ask these, note the answers in a file, and hand it in with --feedback:"
        yield Items(
            [
                "Manager: which of these figures would you show to others, and which do you doubt?",
                "Stakeholders: were you told in time what would wait, and until when?",
                "Agents: which tickets stood in the wrong place, and what did the receipt leave out?",
            ]
        )
    for entry in found["feedback"]:
        yield Quote(f"{entry['said']}\n{entry['by']}{', ' + entry['on'] if entry.get('on') else ''}")


def _advice(found: Plain) -> Iterator[Part]:
    if not found["advice"]:
        yield "Nothing in the evidence of the period asks for a change."
        return
    yield "Proposals, not changes: each rests on an interval that leaves out that all is well."
    yield Table(
        ["entry of the policy", "proposal", "evidence"],
        [[entry[key] for key in ("entry", "proposal", "evidence")] for entry in found["advice"]],
    )


def _definitions(found: Plain) -> Iterator[Part]:
    yield f"Time is counted by the {found['clock']}."
    yield Table(
        ["metric", "numerator", "denominator", "clock", "left out", "left out before, after"],
        [
            [
                *(entry[key] for key in ("title", "numerator", "denominator", "clock", "exclusions")),
                f"{entry['before']['excluded']:,}, {entry['after']['excluded']:,}",
            ]
            for entry in found["metrics"]
        ],
    )


def _window(window: Sequence[str]) -> str:
    return f"{window[0]} to {window[1]}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _change(change: Plain | None) -> str:
    if change is None:
        return "does not apply"
    if change["low"] is None:
        return "cannot be told"
    return f"{100 * change['value']:+.0f} % [{100 * change['low']:+.0f}, {100 * change['high']:+.0f}]"
