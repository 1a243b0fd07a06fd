"""A replay as one page: what may be said, whether to believe it, and every order's figures and plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticket_triage.reports.drawing import MARKS, PALETTE, TEXT, as_svg, new_figure, title
from ticket_triage.reports.page import Drawing, Items, Part, Section, Table, as_html

Plain = Mapping[str, Any]
"""A replay as ``Replayed.as_dict`` gives it."""

_FOLLOWED = "followed"
_ALL = "all"
_FIGURES = (
    ("response_median_hours", "first answer, median (h)", 1.0, 1),
    ("response_p90_hours", "first answer, p90 (h)", 1.0, 1),
    ("response_sla", "answered in time (%)", 100.0, 0),
    ("resolution_median_hours", "solution, median (h)", 1.0, 1),
    ("resolution_p90_hours", "solution, p90 (h)", 1.0, 1),
    ("resolution_sla", "solved in time (%)", 100.0, 0),
    ("longest_wait_hours", "longest wait (h)", 1.0, 0),
    ("starved", "waited over a week (%)", 100.0, 1),
    ("reassignments", "further visits per ticket", 1.0, 2),
)
_ASSUMED = (
    (
        "Tickets come in when they came in. From first answer to solution each takes as long as it took; those not "
        "finished take a time drawn from a lognormal distribution of their category, fitted with unfinished tickets "
        "as censored."
    ),
    (
        "An agent is busy with a ticket for one share of that time, the same for all tickets. The share is fitted to "
        "the median wait of the first half of the weeks and to nothing else; the second half judges it."
    ),
    (
        "A ticket that was reassigned visits as many other teams first, drawn by how much each has to do; a reopened "
        "one comes back after a day on average. Both happen to the same tickets under every order."
    ),
    "Withdrawals happen at the rate the history shows; where it shows none, nobody withdraws.",
    (
        "Work goes on only in working hours, is never interrupted for a more urgent ticket, and nobody idles while a "
        "ticket waits that they could take. Night duty is not modelled."
    ),
    (
        "The deadline of a ticket is the one its true urgency has in the policy. The policy's points for a near "
        "deadline are those of the moment the ticket was opened."
    ),
    "Intervals (95 %) resample whole weeks, both orders on the same weeks; more seeds do not narrow them.",
)


def replay_page(found: Plain, orders: Mapping[str, str]) -> str:
    """Return a replay as one HTML page that loads nothing.

    Parameters
    ----------
    found : mapping
        As ``Replayed.as_dict`` gives it.
    orders : mapping of str to str
        What each order means.

    Raises
    ------
    BadOptionError
        When matplotlib is not installed.
    """
    sections = [
        Section("What may be said", [*found["verdict"], *_scope(found)]),
        Section("Is the replay to be believed?", [*_belief(found)]),
        Section("First answers", [_waits(found)]),
        Section("What changes", [_changes(found)]),
        Section("Open tickets, week by week", [_backlog(found)]),
        *(Section(f"Figures: {_name(group)}", [_figures(found, group)]) for group in _groups(found)),
        Section("All changes", [_change_table(found)]),
        Section("The orders", [Table(["order", "what it is"], [[name, orders[name]] for name in found["figures"]])]),
        Section("How it was replayed", [Items(_ASSUMED)]),
    ]
    return as_html("Replay: does the order of the queue help?", sections)


def _scope(found: Plain) -> Iterator[Part]:
    about = found["about"]
    first, last = about["opened"]
    yield (
        f"Replayed: {about['tickets_replayed']:,} tickets opened {first} to {last}; measured: "
        f"{about['tickets_measured']:,} in {about['weeks']} weeks (the first week of a longer history only fills the "
        f"desk). {about['seeds']} seeds for each order. {about['agents']} They are busy for "
        f"{about['busy_share']:.0%} of the time a ticket takes."
    )
    if about["models_learnt_from"]:
        counts = ", ".join(f"{count:,}" for count in about["models_learnt_from"])
        yield f"Each prediction comes from the last of the models trained on the first {counts} tickets of the history."
    for name, why in found["left_out"].items():
        yield f"Left out: {name}, because {why.rstrip('.')}."


def _belief(found: Plain) -> Iterator[Part]:
    yield found["criterion"]
    rows = [
        [
            one["urgency"],
            one["figure"],
            _number(one["observed_hours"], 1),
            _number(one["simulated_hours"], 1),
            "yes" if one["holds"] else "no",
        ]
        for one in found["compared"]
    ]
    if rows:
        yield Table(["urgency", "figure", "observed (h)", "replayed (h)", "close enough"], rows)
    yield (
        "It is to be believed."
        if found["believed"]
        else "It is not, so read what follows as a drawing of a desk, not of yours."
    )


def _waits(found: Plain) -> Drawing:
    """Draw the median and the 90th percentile of first answers, a row for each urgency."""
    groups, orders = _groups(found), list(found["figures"])
    figure, (axes,) = new_figure(9, 1.2 + 0.28 * len(groups) * (len(orders) + 1))
    step = len(orders) + 1
    places, names = [], []
    for place, group in enumerate(groups):
        for number, order in enumerate(orders):
            figures = found["figures"][order][group]
            low, high = figures["response_median_hours"], figures["response_p90_hours"]
            if low is None or high is None:
                continue
            at = place * step + number
            colour, mark = _look(orders, order)
            axes.plot([max(low, 0.01), max(high, 0.01)], [at, at], color=colour, linewidth=2)
            axes.plot([max(low, 0.01)], [at], color=colour, marker=mark, markersize=7)
            places.append(at)
            names.append(f"{_name(group)} · {order}" if number == 0 else order)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("hours to the first answer: mark is the median, line ends at the 90th percentile (log scale)")
    finding = _waits_finding(found)
    title(axes, finding)
    return Drawing(as_svg(figure), finding)


def _waits_finding(found: Plain) -> str:
    group = _groups(found)[0]
    medians = {
        order: by_group[group]["response_median_hours"]
        for order, by_group in found["figures"].items()
        if by_group[group]["response_median_hours"] is not None
    }
    if not medians:
        return "Nothing was answered"
    best = min(medians, key=lambda name: (medians[name], name))
    return (
        f"{_name(group).capitalize()} are answered soonest under '{best}'{_where(found)}: {_number(medians[best], 1)} h"
    )


def _changes(found: Plain) -> Part:
    """Draw every order's change of the most urgent tickets' median wait and of the backlog, with intervals."""
    top = _groups(found)[0]
    shown = [
        change
        for change in found["changes"]
        if (change["urgency"], change["figure"]) in {(top, "response median"), (_ALL, "backlog")}
        and change["value"] is not None
    ]
    if not shown:
        return "There is nothing to compare."
    figure, pair = new_figure(9, 2.8 + 0.7 * len({change["order"] for change in shown}), rows=2)
    figure.set_layout_engine("constrained", h_pad=0.2)
    for axes, name in zip(pair, ("response median", "backlog"), strict=True):
        own = [change for change in shown if change["figure"] == name]
        for place, change in enumerate(own):
            colour, mark = _look(list(found["figures"]), change["order"])
            if change["low"] is not None:
                axes.plot([100 * change["low"], 100 * change["high"]], [place, place], color=colour, linewidth=2)
            axes.plot([100 * change["value"]], [place], color=colour, marker=mark, markersize=7)
        axes.axvline(0, color=TEXT, linewidth=1)
        axes.set_yticks(range(len(own)), [change["order"] for change in own])
        axes.invert_yaxis()
        axes.set_xlabel("change against the order followed (%)")
        what = f"Median first answer, {_name(top)}" if name == "response median" else "Mean backlog"
        title(axes, f"{what}{_where(found)}: {_shown(own)}")
    return Drawing(as_svg(figure), "Changes against the order followed, with 95 % intervals over weeks")


def _where(found: Plain) -> str:
    """Say in every title when the desk replayed is not the one observed."""
    return "" if found["believed"] else " in a desk unlike yours"


def _shown(own: Sequence[Plain]) -> str:
    fell = sum(change["high"] is not None and change["high"] < 0 for change in own)
    return f"falls under {fell} of {len(own)}"


def _change_table(found: Plain) -> Table:
    rows = [
        [change["order"], _name(change["urgency"]), change["figure"], _percent(change["value"]), _interval(change)]
        for change in found["changes"]
    ]
    return Table(["order", "tickets", "figure", "change", "95 % interval"], rows)


def _interval(change: Plain) -> str:
    if change["low"] is None:
        return "too few weeks"
    covers = change["low"] <= 0 <= change["high"]
    return f"{_percent(change['low'])} to {_percent(change['high'])}{', no effect shown' if covers else ''}"


def _backlog(found: Plain) -> Drawing:
    orders = list(found["backlog"])
    figure, (axes,) = new_figure(9, 4)
    for order in orders:
        colour, mark = _look(orders, order)
        style = "--" if order == _FOLLOWED else "-"
        axes.plot(found["backlog"][order], color=colour, marker=mark, markersize=4, linestyle=style, label=order)
    weeks = found["weeks"]
    step = max(1, len(weeks) // 8)
    axes.set_xticks(range(0, len(weeks), step), weeks[::step], rotation=20, ha="right")
    axes.set_xlabel("week of (Monday, UTC)")
    axes.set_ylabel("open tickets, mean of the week")
    axes.set_ylim(bottom=0)
    figure.legend(loc="outside lower left", frameon=False, labelcolor=TEXT, ncols=7, fontsize=9)
    means = {order: sum(values) / len(values) for order, values in found["backlog"].items()}
    least = min(means, key=lambda name: (means[name], name))
    finding = (
        f"Fewest open under '{least}'{_where(found)}: {means[least]:,.0f}, against {means[_FOLLOWED]:,.0f} as followed"
    )
    title(axes, finding)
    return Drawing(as_svg(figure), finding)


def _figures(found: Plain, group: str) -> Table:
    rows = [
        [order, *(_number(by_group[group][key], digits, scale) for key, _, scale, digits in _FIGURES)]
        for order, by_group in found["figures"].items()
    ]
    return Table(["order", *(heading for _, heading, _, _ in _FIGURES)], rows)


def _groups(found: Plain) -> list[str]:
    return list(found["figures"][_FOLLOWED])


def _look(orders: Sequence[str], order: str) -> tuple[str, str]:
    """Return an order's colour and mark; the order followed is drawn in the colour of the text."""
    if order == _FOLLOWED:
        return TEXT, "X"
    place = [name for name in orders if name != _FOLLOWED].index(order)
    return PALETTE[place % len(PALETTE)], MARKS[place % len(MARKS)]


def _name(group: str) -> str:
    return "all tickets" if group == _ALL else f"{group} tickets"


def _number(value: float | None, digits: int, scale: float = 1.0) -> str:
    return "none" if value is None else f"{scale * value:,.{digits}f}"


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{100 * value:+.0f} %"
