"""The five figures of a desk as tables and one page of plots, with the heat map of tickets by hour and weekday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ticket_triage.reports.drawing import BLUE, GREEN, ORANGE, TEXT, as_svg, new_figure, title
from ticket_triage.reports.page import Drawing, Part, Section, Table

if TYPE_CHECKING:
    pass

Plain = Mapping[str, Any]
"""Figures as ``FiveNumbers.as_dict`` gives them."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_AGENTS = 30


def numbers_title(found: Plain) -> str:
    """Return the page's title."""
    return f"Five figures: {found['tickets']:,} tickets, {found['begins'][:10]} to {found['ends'][:10]}"


def numbers_sections(found: Plain) -> list[Section]:
    """Return the sections of the page."""
    return [
        Section("At a glance", [*_glance(found)]),
        Section("Tickets by hour and weekday", [*_heat_map(found)]),
        Section("Response time", [*_responses(found)]),
        Section("Customer satisfaction", [*_satisfaction(found)]),
        Section("Conversion by agent", [*_conversion(found)]),
    ]


def numbers_tables(found: Plain) -> dict[str, Table]:
    """Return the same figures as tables for a spreadsheet, by name."""
    tables = {"tickets_by_hour": _hours_table(found["by_hour"])}
    if found["responses"]:
        tables["response_time"] = _response_table(found["responses"])
    if found["satisfaction"] is not None:
        tables["satisfaction"] = _satisfaction_table(found["satisfaction"])
    if found["conversion"] is not None:
        tables["conversion"] = _conversion_table(found["conversion"])
    return tables


def _glance(found: Plain) -> Iterator[Part]:
    yield f"Times are counted by the {found['clock']}; hours and weekdays are those of {found['zone']}."
    rows = []
    if found["conversion"] is not None:
        converted = sum(entry["converted"] for entry in found["conversion"])
        served = sum(entry["tickets"] for entry in found["conversion"])
        rows.append(["conversions", f"{converted:,} of {served:,} tickets ({_percent(converted / served)})"])
        days = sum(entry["days"] for entry in found["conversion"])
        rows.append(["conversions by agent and day", f"{converted / days:.3f}, over {days:,} days of agents"])
    if found["responses"]:
        whole = found["responses"][0]
        rows.append(
            ["response time, middle value", f"{_hours(whole['median_hours'])} of {whole['answered']:,} answered"]
        )
        rows.append(["response time, nine in ten within", _hours(whole["p90_hours"])])
    if found["satisfaction"] is not None:
        rating = found["satisfaction"][0]["rating"]
        rows.append(["satisfaction", f"{_interval(rating)} from {rating['n']:,} ratings"])
    peak, value = _peak(found["by_hour"])
    rows.append(["busiest hour", f"{peak}: {value:.1f} tickets"])
    yield Table(["figure", "value"], rows)
    yield from found["absent"]


def _heat_map(found: Plain) -> Iterator[Part]:
    peak, value = _peak(found["by_hour"])
    finding = f"Most tickets come on {peak}: {value:.1f} in that hour"
    figure, (axes,) = new_figure(9.5, 3.6)
    image = axes.imshow(found["by_hour"], cmap="cividis", aspect="auto", vmin=0)
    axes.set_yticks(range(7), WEEKDAYS)
    axes.set_xticks(range(0, 24, 2), [f"{hour:02d}" for hour in range(0, 24, 2)])
    axes.set_xlabel(f"hour of the day ({found['zone']})")
    bar = figure.colorbar(image, ax=axes)
    bar.set_label("tickets in the hour, mean", color=TEXT)
    bar.ax.tick_params(colors=TEXT, labelsize=9)
    bar.outline.set_edgecolor(TEXT)
    title(axes, finding)
    yield Drawing(as_svg(figure), f"{finding}. The table below holds every hour.")
    yield _hours_table(found["by_hour"])


def _responses(found: Plain) -> Iterator[Part]:
    responses = found["responses"]
    if not responses:
        yield "The history has no first_response_at, so there is no response time."
        return
    groups = [entry for entry in responses[1:] if entry["answered"]] or responses[:1]
    figure, (axes,) = new_figure(9.5, 1.4 + 0.55 * len(groups))
    places = range(len(groups))
    axes.barh(places, [entry["p90_hours"] for entry in groups], color=BLUE, alpha=0.45, label="nine in ten within")
    axes.barh(places, [entry["median_hours"] for entry in groups], height=0.4, color=BLUE, label="middle value")
    axes.set_yticks(places, [entry["group"] for entry in groups])
    axes.invert_yaxis()
    axes.set_xlabel(f"hours to the first response ({found['clock'].partition(',')[0]})")
    axes.legend(frameon=False, labelcolor=TEXT, fontsize=9)
    finding = f"Half of the {groups[0]['group'].removesuffix(' tickets')} tickets are answered within "
    finding += _hours(groups[0]["median_hours"])
    title(axes, finding)
    yield Drawing(as_svg(figure), f"{finding}; the table holds the other groups.")
    yield _response_table(responses)


def _satisfaction(found: Plain) -> Iterator[Part]:
    if found["satisfaction"] is None:
        yield "The history has no csat, so satisfaction is not known."
        return
    whole, *months = found["satisfaction"]
    months = [entry for entry in months if entry["rating"]["low"] is not None]
    if len(months) > 1:
        finding = f"Rated {whole['rating']['value']:.2f} on average by {whole['rating']['n']:,} customers"
        figure, (axes,) = new_figure(9.5, 3)
        values = [entry["rating"]["value"] for entry in months]
        below = [entry["rating"]["value"] - entry["rating"]["low"] for entry in months]
        axes.errorbar(range(len(months)), values, yerr=[below, below], color=GREEN, marker="o", capsize=3)
        axes.axhline(whole["rating"]["value"], color=TEXT, linestyle="--", linewidth=0.8)
        axes.set_xticks(range(len(months)), [entry["group"] for entry in months], rotation=30, ha="right")
        axes.set_ylabel("rating, mean and 95 % interval")
        axes.set_xlabel("month of opening")
        title(axes, finding)
        yield Drawing(as_svg(figure), f"{finding}; by month in the table.")
    yield _satisfaction_table(found["satisfaction"])


def _conversion(found: Plain) -> Iterator[Part]:
    agents = found["conversion"]
    if agents is None:
        yield next(line for line in found["absent"] if line.startswith("Conversion"))
        return
    yield (
        "A small share of few tickets moves by chance, as wide as the intervals are. Who is handed which tickets "
        "decides more than who is good at it: compare within a team, never across."
    )
    yield _agents_drawing(agents[:_MOST_AGENTS], found["agents_differ"])
    yield _conversion_table(agents)


def _agents_drawing(agents: Sequence[Plain], differ: bool) -> Drawing:
    figure, axes = new_figure(9.5, 1.4 + 0.24 * len(agents), columns=2)
    places = range(len(agents))
    shares = [100 * entry["share"]["value"] for entry in agents]
    below = [100 * (entry["share"]["value"] - entry["share"]["low"]) for entry in agents]
    above = [100 * (entry["share"]["high"] - entry["share"]["value"]) for entry in agents]
    axes[0].errorbar(shares, places, xerr=[below, above], fmt="o", color=BLUE, capsize=2, markersize=4)
    axes[0].set_xlabel("converted tickets (%), 95 % interval")
    axes[1].barh(places, [entry["per_day"] for entry in agents], color=ORANGE)
    axes[1].set_xlabel("conversions on a day they closed tickets")
    axes[0].set_yticks(places, [entry["agent"] for entry in agents], fontsize=8)
    axes[1].set_yticks([])
    finding = "Agents differ by more than chance" if differ else "Agents differ by no more than chance would make them"
    title(axes[0], finding)
    for entry in axes:
        entry.set_ylim(len(agents) - 0.4, -0.6)
    return Drawing(as_svg(figure), finding)


def _hours_table(by_hour: Sequence[Sequence[float]]) -> Table:
    rows = [[f"{hour:02d}", *(f"{day[hour]:.1f}" for day in by_hour)] for hour in range(24)]
    return Table(["hour", *WEEKDAYS], rows)


def _response_table(responses: Sequence[Plain]) -> Table:
    headings = ["tickets", "answered", "not answered", "middle value (h)", "nine in ten within (h)", "mean (h), 95 %"]
    return Table(
        headings,
        [
            [
                entry["group"],
                f"{entry['answered']:,}",
                f"{entry['waiting']:,}",
                _number(entry["median_hours"]),
                _number(entry["p90_hours"]),
                _interval(entry["mean_hours"]),
            ]
            for entry in responses
        ],
    )


def _satisfaction_table(months: Sequence[Plain]) -> Table:
    return Table(
        ["opened in", "solved", "ratings", "rating, 95 %"],
        [
            [entry["group"], f"{entry['closed']:,}", f"{entry['rating']['n']:,}", _interval(entry["rating"])]
            for entry in months
        ],
    )


def _conversion_table(agents: Sequence[Plain]) -> Table:
    return Table(
        ["agent", "tickets", "converted", "share, 95 %", "days", "a day"],
        [
            [
                entry["agent"],
                f"{entry['tickets']:,}",
                f"{entry['converted']:,}",
                _share(entry["share"]),
                f"{entry['days']:,}",
                f"{entry['per_day']:.3f}",
            ]
            for entry in agents
        ],
    )


def _peak(by_hour: Sequence[Sequence[float]]) -> tuple[str, float]:
    value, day, hour = max((value, -day, -hour) for day, row in enumerate(by_hour) for hour, value in enumerate(row))
    return f"{WEEKDAYS[-day]}s at {-hour:02d} h", value


def _interval(estimate: Plain) -> str:
    if estimate["low"] is None:
        return _number(estimate["value"])
    return f"{estimate['value']:.2f} [{estimate['low']:.2f}, {estimate['high']:.2f}]"


def _share(estimate: Plain) -> str:
    low, high = _percent(estimate["low"]), _percent(estimate["high"])
    return f"{_percent(estimate['value'])} [{low}, {high}]"


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


def _hours(value: float | None) -> str:
    if value is None:
        return "an unknown time"
    return f"{60 * value:.0f} minutes" if value < 1.5 else f"{value:.1f} hours"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
