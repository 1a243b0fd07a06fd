"""What ``triage monitor`` found, as plots; their titles say what they show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticket_triage.errors import BadOptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

# Okabe and Ito's palette, which people with any colour vision tell apart.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_LARGE = 0.25
_STEEP = 2.0
"""Above this the scale is bent, so that small movements stay in sight beside a large one."""
_COLOURED, _GREY = 4, "#BBBBBB"


def plot_drift(found: dict[str, Any], folder: Path) -> list[Path]:
    """Draw what was found into PNG files of a folder, and return them.

    Parameters
    ----------
    found : dict
        As ``Monitored.as_dict`` gives it.
    folder : Path
        Made when absent.

    Raises
    ------
    BadOptionError
        When matplotlib is not installed, or there are no weeks to draw.
    """
    if not found["weeks"]:
        raise BadOptionError("There is nothing to draw: the tickets have no dates.")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise BadOptionError("Plots need matplotlib; install it with: pip install 'ticket-triage[report]'.") from None
    folder.mkdir(parents=True, exist_ok=True)
    drawings: dict[str, Callable[[Axes, dict[str, Any]], None]] = {"text": _text, "movement": _movement}
    if any(week["heads"] for week in found["weeks"]):
        drawings["calibration"] = _calibration
    written = []
    for name, draw in drawings.items():
        figure = Figure(figsize=(9, 4.5), layout="constrained")
        axes = figure.subplots()
        draw(axes, found)
        _dated(axes, [week["week"] for week in found["weeks"]])
        written.append(folder / f"{name}.png")
        figure.savefig(written[-1], dpi=120)
    return written


def _text(axes: Axes, found: dict[str, Any]) -> None:
    shares = [100 * week["unknown_share"] for week in found["weeks"]]
    usual = 100 * found["reference_unknown_share"]
    axes.plot(shares, color=_COLOURS[0], marker=_MARKS[0], label="week by week")
    axes.axhline(usual, color=_COLOURS[6], linestyle="--", label="when the model was judged")
    axes.set_title(f"{shares[-1]:.0f} % of the last week's n-grams were never met; {usual:.0f} % when judged")
    axes.set_ylabel("n-grams never met (%)")
    axes.set_ylim(0, max(100 * 0.1, 1.1 * max([*shares, usual])))
    axes.legend(frameon=False)


def _movement(axes: Axes, found: dict[str, Any]) -> None:
    """Draw what moved most in colours, and the rest in one grey."""
    lines = {
        name: [week["moved"].get(name, float("nan")) for week in found["weeks"]]
        for name in sorted({name for week in found["weeks"] for name in week["moved"]})
    }
    highest = {name: max((value for value in own if value == value), default=0.0) for name, own in lines.items()}
    foremost = sorted(lines, key=lambda name: (-highest[name], name))[:_COLOURED]
    for number, name in enumerate(sorted(lines.keys() - foremost)):
        axes.plot(lines[name], color=_GREY, linewidth=1, label="the others" if number == 0 else None)
    for number, name in enumerate(foremost):
        axes.plot(lines[name], color=_COLOURS[number], marker=_MARKS[number], label=_named(name))
    axes.axhline(_LARGE, color=_COLOURS[6], linestyle="--", label="much has moved")
    axes.set_title(_moved_title(found))
    axes.set_ylabel("population stability index beyond chance")
    top = 1.1 * max([2 * _LARGE, *highest.values()])
    if top > _STEEP:
        axes.set_yscale("symlog", linthresh=2 * _LARGE)
        axes.set_yticks(ticks := [tick for tick in (0, _LARGE, 0.5, 1, 2, 5, 10, 20) if tick <= top])
        axes.set_yticklabels([f"{tick:g}" for tick in ticks])
    axes.set_ylim(0, top)
    axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _named(name: str) -> str:
    return "n-grams never met" if name == "unknown" else name.replace(":", ", ")


def _moved_title(found: dict[str, Any]) -> str:
    moved = [_named(name) for name, value in found["whole"]["moved"].items() if value > _LARGE]
    return f"Moved beyond the bound: {'; '.join(moved)}" if moved else "Over all weeks nothing moved beyond the bound"


def _calibration(axes: Axes, found: dict[str, Any]) -> None:
    weeks, whole = found["weeks"], found["whole"]["heads"]
    for number, name in enumerate(whole):
        gaps = [100 * week["heads"][name]["gap"] if name in week["heads"] else float("nan") for week in weeks]
        axes.plot(gaps, color=_COLOURS[number], marker=_MARKS[number], label=name)
    axes.axhline(0, color=_COLOURS[6], linestyle="--")
    apart = [name for name, figures in whole.items() if figures["apart"]]
    axes.set_title(f"Stated and observed accuracy part for {', '.join(apart)}" if apart
                   else "Answers are right as often as their probabilities say")  # fmt: skip
    axes.set_ylabel("confidence minus accuracy (points)")
    axes.legend(frameon=False)


def _dated(axes: Axes, weeks: Sequence[str]) -> None:
    step = max(1, len(weeks) // 10)
    places = range(0, len(weeks), step)
    axes.set_xticks(list(places), [weeks[place] for place in places], rotation=30, ha="right")
    axes.set_xlim(-0.5, len(weeks) - 0.5)
    axes.set_xlabel("week of (Monday, UTC)")
    axes.spines[["top", "right"]].set_visible(False)
