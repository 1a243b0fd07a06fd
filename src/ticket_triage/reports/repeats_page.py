"""What repeats on a desk, as one page: bursts, issues, questions for articles, what bounces, where to train."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from ticket_triage.reports.drawing import BLUE, ORANGE, TEXT, as_svg, new_figure, title
from ticket_triage.reports.page import Drawing, Items, Part, Section, Table

if TYPE_CHECKING:
    import pandas as pd

Plain = Mapping[str, Any]
"""What repeats, as ``Repeats.as_dict`` gives it."""

_MOST_BARS, _MOST_DOTS, _MOST_ROWS, _MOST_NUMBERED = 15, 10, 25, 12
_LABEL, _MOST_TICKS = 60, 9
_MEASURES = {
    "moved between teams": "tickets that moved between teams, of those that say",
    "came back": "tickets opened again after they were solved, of those that say",
    "answered late": "tickets answered later than nine in ten of the same urgency, of those answered",
    "rated low": "ratings below the middle of all ratings, of tickets rated",
}
_LIMITS = (
    "Texts are compared by their words and pairs of words: the same trouble in other words or languages is not seen.",
    "A number stands for any number: two error codes in the same sentence are one statement.",
    "Whether past answers were alike is not known: read a candidate's tickets before you write its article.",
    "The team of a ticket is the one that had it last; who handed it on is not in a history of tickets.",
    "What stands out is no reproach: a team may get the harder tickets. Ask before you train.",
)


def repeats_title(found: Plain) -> str:
    """Return the page's title, which is its finding."""
    issues, bursts = found["issues"], len(found["bursts"])
    said = (
        {0: "no burst", 1: "one burst"}.get(bursts, f"{bursts} bursts")
        if found["bursts_watched"]
        else "too short for bursts"
    )
    if not issues:
        return f"Repeats: nothing comes back often enough among {found['tickets']:,} tickets; {said}"
    share = _percent(found["telling"], found["tickets"])
    what = "one issue" if len(issues) == 1 else f"{len(issues):,} issues"
    what = f"the largest {what}" if found["smaller_issues"] else what
    return f"Repeats: {share} of {found['tickets']:,} tickets tell of {what} told before; {said}"


def repeats_sections(found: Plain) -> list[Section]:
    """Return the sections of the page."""
    return [
        Section("At a glance", [*_glance(found)]),
        Section("Bursts", [*_bursts(found)]),
        Section("Repeat issues", [*_issues(found)]),
        Section("What comes up", [*_growing(found)]),
        Section("Questions an article could answer", [*_articles(found)]),
        Section("What bounces between teams", [*_bounces(found)]),
        Section("Where training may help", [*_training(found)]),
        Section("How this was found, and what it cannot see", [*_method(found), Items(_LIMITS)]),
    ]


def repeats_tables(found: Plain, tickets: pd.DataFrame) -> dict[str, Table]:
    """Return everything as tables for a spreadsheet, by name; ``tickets`` tells of each ticket what repeats in it."""
    rows = tickets.astype("object").where(tickets.notna(), "").astype(str).to_numpy().tolist()
    return {
        "issues": _plain_table(found["issues"]),
        "bursts": _plain_table([{k: v for k, v in one.items() if k != "ticket_ids"} for one in found["bursts"]]),
        "articles": _plain_table(found["articles"]),
        "bounces": _parts_table([*found["bounces"], *_named(found)]),
        "training": _parts_table(found["training"]),
        "tickets": Table(list(tickets.columns), rows),
    }


def _glance(found: Plain) -> Iterator[Part]:
    n = found["tickets"]
    yield f"{n:,} tickets, {found['begins'][:10]} to {found['ends'][:10]}."
    parts = {"bounces": [*found["bounces"], *found["bouncing_issues"]], "training": found["training"]}
    asked = {name: len(own) for name, own in parts.items()}
    standing = {name: [part for part in own if part["stands_out"]] for name, own in parts.items()}
    yield Table(
        ["question", "finding"],
        [
            ["bursts", _bursts_said(found)],
            [
                "repeat issues",
                f"{len(found['issues']):,}, told of in {_of(found['telling'], n)} tickets{_beyond(found)}",
            ],
            ["tickets that say nearly the same as an earlier one", _of(found["copies"], n)],
            [
                "issues that come up lately",
                _told(sum(one["growing"] for one in found["issues"]), found["growth_compared"]),
            ],
            ["questions an article could answer", _told(len(found["articles"]), found["articles_asked"] > 0)],
            ["bounces that stand out", f"{_count(len(standing['bounces']))} of {asked['bounces']} asked"],
            ["training needs that stand out", f"{_count(len(standing['training']))} of {asked['training']} asked"],
        ],
    )
    yield from found["absent"]


def _beyond(found: Plain) -> str:
    return f"; {found['smaller_issues']:,} smaller ones are left out" if found["smaller_issues"] else ""


def _bursts_said(found: Plain) -> str:
    bursts = found["bursts"]
    if not bursts:
        return _told(0, found["bursts_watched"])
    largest = sorted(bursts, key=lambda one: (-one["tickets"], one["number"]))
    shown = ", ".join(f"{one['begun_at'][:10]} ({one['tickets']:,} tickets)" for one in largest[:3])
    return shown if len(bursts) <= 3 else f"{shown} and {len(bursts) - 3:,} smaller"


def _bursts(found: Plain) -> Iterator[Part]:
    yield _timeline(found)
    if not found["bursts_watched"]:
        yield "Bursts cannot be told: the history spans less than two weeks, which only teach what is usual."
        return
    if not found["bursts"]:
        yield (
            "No burst: at no time did three or more people tell the same within a minute, ten, an hour or four hours "
            "far more often than the hour explains."
        )
        return
    for one in found["bursts"][:_MOST_NUMBERED]:
        yield (
            f"{one['number']}. {_moment(one['begun_at'])} to {_moment(one['last_at'])}: {one['tickets']:,} tickets"
            f"{_telling(one['words'])}. Found at {_moment(one['found_at'])[11:]} by its ticket "
            f"{one['tickets_when_found']} ({one['found_by']}): {one['requesters_when_found']} people within "
            f"{one['window_minutes']:.0f} minutes, where {one['expected']:.2g} were due."
        )


def _telling(words: Sequence[str]) -> str:
    return f" that tell of {', '.join(map(repr, words[:4]))}" if words else ", alike in nothing but their number"


def _timeline(found: Plain) -> Drawing:
    counts = found["by_day"]
    first = date.fromisoformat(next(iter(counts)))
    figure, (axes,) = new_figure(9.5, 2.8)
    axes.vlines([_since(first, day) for day in counts], 0, list(counts.values()), color=BLUE, linewidth=1.2)
    for one in found["bursts"]:
        day = one["begun_at"][:10]
        place = (_since(first, day), counts[day])
        axes.plot(*place, marker="D", color=ORANGE, markersize=7)
        if one["number"] <= _MOST_NUMBERED:
            axes.annotate(f"  {one['number']}", place, color=TEXT, fontsize=9, va="center")
    ticks = range(0, _since(first, list(counts)[-1]) + 1, max(1, _since(first, list(counts)[-1]) // _MOST_TICKS))
    axes.set_xticks(ticks, [str(first + timedelta(days=day)) for day in ticks], rotation=30, ha="right")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("tickets a day")
    finding = f"Bursts: {_bursts_said(found)}"
    title(axes, finding)
    return Drawing(as_svg(figure), f"{finding}. Tickets by day; a burst is marked by a diamond and its number.")


def _since(first: date, day: str) -> int:
    return (date.fromisoformat(day) - first).days


def _issues(found: Plain) -> Iterator[Part]:
    issues = found["issues"]
    if not issues:
        yield (
            "Nothing is told often enough: no statement was made by three people in five tickets or more"
            f"{', mostly of one ' + found['told_apart_by'] if found['told_apart_by'] else ''}."
        )
        return
    largest = issues[:_MOST_BARS]
    figure, (axes,) = new_figure(9.5, 0.9 + 0.32 * len(largest))
    axes.barh(range(len(largest)), [one["tickets"] for one in largest], color=BLUE, height=0.65)
    axes.set_yticks(range(len(largest)), [shorten(one["says"], _LABEL, placeholder=" …") for one in largest])
    axes.invert_yaxis()
    axes.set_xlabel("tickets")
    finding = f"Told most: {shorten(issues[0]['says'], _LABEL, placeholder=' …')} ({issues[0]['tickets']:,} tickets)"
    title(axes, finding)
    yield Drawing(as_svg(figure), f"{finding}; the table holds the others.")
    yield Table(
        ["issue", "what is said", "telling words", "tickets", "people", "told", _kind(found), "most with"],
        [_issue_row(one) for one in issues[:_MOST_ROWS]],
    )
    if len(issues) > _MOST_ROWS:
        smaller = len(issues) - _MOST_ROWS
        yield f"{smaller:,} smaller issues stand in repeats_issues.csv; repeats_tickets.csv has each ticket's."


def _issue_row(one: Plain) -> list[str]:
    kind = "unknown" if one["kind"] is None else f"{one['kind']} {100 * one['kind_share']:.0f}\u00a0%"
    return [
        str(one["issue"]),
        one["says"],
        one["words"],
        f"{one['tickets']:,}",
        f"{one['requesters']:,}",
        _months(one["first_at"], one["last_at"]),
        kind,
        (one["teams"] or "unknown").partition(", ")[0],
    ]


def _kind(found: Plain) -> str:
    return str(found["told_apart_by"] or "kind")


def _growing(found: Plain) -> Iterator[Part]:
    growing = [one for one in found["issues"] if one["growing"]]
    if not found["growth_compared"]:
        yield "What comes up cannot be told: most tickets of the history are of its last four weeks."
        return
    asked = f"{len(found['issues']):,} issues were held against their own share before the last four weeks"
    if not growing:
        yield f"Nothing comes up: {asked}, and none is told more often lately by more than chance."
        return
    yield f"{_count(len(growing)).capitalize()} of {asked} and come lately more often, by more than chance."
    yield Table(
        ["issue", "what is said", "in the last four weeks", "due at its usual share", "in all", "first told"],
        [
            [
                str(one["issue"]),
                one["says"],
                f"{one['lately']:,}",
                f"{one['lately_due']:.1f}",
                f"{one['tickets']:,}",
                _day(one["first_at"]),
            ]
            for one in growing
        ],
    )


def _articles(found: Plain) -> Iterator[Part]:
    articles = found["articles"]
    if not found["articles_asked"]:
        yield "Not to be told: no issue comes again, or the history does not say how urgent tickets are or when solved."
        return
    asked = f"{found['articles_asked']:,} issues were asked"
    if not articles:
        yield f"Nothing stands out: {asked}, and none is surely calm, at one touch, soon solved and asked all the time."
        return
    tickets = sum(one["tickets"] for one in articles)
    yield (
        f"{_count(len(articles)).capitalize()} candidates with {tickets:,} tickets in {found['months']} months "
        f"({asked}): mostly of the lower levels of urgency, mostly neither moved nor reopened, half of them solved "
        f"within {found['median_hours']:.1f} hours as half of all tickets are, and in at least half of the months."
    )
    yield Table(
        [
            "issue",
            "what is asked",
            "tickets",
            "a month",
            "people",
            "agents who answered",
            "calm",
            "one touch",
            "half solved in",
        ],
        [
            [
                str(one["issue"]),
                one["says"],
                f"{one['tickets']:,}",
                f"{one['a_month']:.1f}",
                f"{one['requesters']:,}",
                "unknown" if one["agents"] is None else str(one["agents"]),
                f"{100 * one['calm']:.0f} %",
                f"{100 * one['once']:.0f} %",
                f"{one['hours']:.1f} h",
            ]
            for one in articles[:_MOST_ROWS]
        ],
    )


def _named(found: Plain) -> list[dict[str, Any]]:
    """Return the bouncing issues by what they say."""
    says = {str(one["issue"]): one["says"] for one in found["issues"]}
    return [
        {**part, "names": [f"issue {part['names'][0]}: {says[part['names'][0]]}"]} for part in found["bouncing_issues"]
    ]


def _bounces(found: Plain) -> Iterator[Part]:
    parts = [*found["bounces"], *_named(found)]
    yield from _parts(parts, "Nothing bounces more than the rest", "bounces most", "category and team, and issue,")


def _training(found: Plain) -> Iterator[Part]:
    yield from _parts(found["training"], "Nothing stands out", "stands out most", "team, category and measure")
    asked = dict.fromkeys(part["measure"] for part in found["training"])
    if asked:
        yield Table(["measure", "what it counts"], [[name, _MEASURES.get(name, name)] for name in asked])


def _parts(parts: Sequence[Plain], nothing: str, most: str, what: str) -> Iterator[Part]:
    if not parts:
        yield "Not to be told: no part of the tickets is large enough and has outcomes that the history holds."
        return
    ordered = sorted(parts, key=lambda part: (not part["stands_out"], -part["more"]["low"]))
    standing = [part for part in ordered if part["stands_out"]]
    finding = f"{nothing} by more than chance" if not standing else f"{_name(standing[0])} {most}"
    yield _dots(ordered[:_MOST_DOTS], finding)
    yield (
        f"{len(parts):,} parts of 30 tickets or more were asked, by {what} each held against all other tickets; "
        f"{_count(len(standing))} stand{'s' if len(standing) == 1 else ''} out. At most one in twenty of what stands "
        "out does so by chance; an interval that leaves out zero is no finding where so many are asked."
    )
    yield _parts_table(ordered[: max(_MOST_DOTS, min(len(standing), _MOST_ROWS))])


def _dots(parts: Sequence[Plain], finding: str) -> Drawing:
    figure, (axes,) = new_figure(9.5, 1.1 + 0.36 * len(parts))
    for place, part in enumerate(parts):
        low, value, high = (100 * part["more"][key] for key in ("low", "value", "high"))
        colour, mark = (ORANGE, "D") if part["stands_out"] else (BLUE, "o")
        axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot(value, place, marker=mark, color=colour)
    axes.axvline(0, color=TEXT, linewidth=0.8, linestyle="--")
    axes.set_yticks(range(len(parts)), [shorten(_name(part), _LABEL, placeholder=" …") for part in parts])
    axes.set_ylim(len(parts) - 0.5, -0.5)
    axes.set_xlabel("points more than the rest, with 95 % interval; a diamond stands out")
    title(axes, finding)
    return Drawing(as_svg(figure), f"{finding}; the table holds the figures.")


def _name(part: Plain) -> str:
    named = ", ".join(part["names"])
    return named if part["measure"] == "moved between teams" else f"{named}: {part['measure']}"


def _parts_table(parts: Sequence[Plain]) -> Table:
    return Table(
        ["where", "measure", "here", "of", "elsewhere", "of them", "points more, 95 %", "p", "stands out"],
        [
            [
                ", ".join(part["names"]),
                part["measure"],
                _share(part["own"]),
                f"{part['own']['n']:,}",
                _share(part["rest"]),
                f"{part['rest']['n']:,}",
                "{value:+.1f} [{low:+.1f}, {high:+.1f}]".format(**{k: 100 * v for k, v in part["more"].items()}),
                f"{part['p_value']:.2g}",
                "yes" if part["stands_out"] else "no",
            ]
            for part in parts
        ],
    )


def _method(found: Plain) -> Iterator[Part]:
    apart = found["told_apart_by"]
    yield (
        "A statement is a sentence or line that three people or more wrote in five tickets or more, in much the same "
        "words. "
        + (
            f"It tells of an issue when more than half of its tickets are of one {apart}, by more than chance: "
            "courtesies are in tickets of every kind. Statements that stand in the same tickets are one issue."
            if apart
            else "The history names no category, team or product, so courtesies could not be told from issues."
        )
    )
    yield (
        f"A burst is found the moment the evidence reaches {found['threshold']:g} nats: three people or more tell the "
        "same within a minute, ten, an hour or four hours, and so many at this hour of the week are that improbable. "
        "The first two weeks only teach what is usual."
    )
    if found["forgotten"]:
        yield f"{found['forgotten']:,} statements made way for newer ones; an issue may be larger than is told."


def _plain_table(rows: Sequence[Plain]) -> Table:
    headings = list(rows[0]) if rows else ["nothing found"]
    return Table(headings, [[_cell(row[name]) for name in headings] for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _share(estimate: Plain) -> str:
    return f"{100 * estimate['value']:.1f} % [{100 * estimate['low']:.1f}, {100 * estimate['high']:.1f}]"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.0f} %"


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({_percent(part, whole)})"


def _told(number: int, asked: bool) -> str:
    return _count(number) if asked else "cannot be told"


def _count(number: int) -> str:
    return "none" if number == 0 else "one" if number == 1 else f"{number:,}"


def _day(text: str) -> str:
    """Return a day that is not broken over lines."""
    return text[:10].replace("-", "\u2011")


def _months(first: str, last: str) -> str:
    """Return from which month to which."""
    begun, ended = (text[:7].replace("-", "\u2011") for text in (first, last))
    return begun if begun == ended else f"{begun} to {ended}"


def _moment(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"
