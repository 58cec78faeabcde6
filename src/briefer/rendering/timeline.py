"""A chart of one measure through time: points at their days, the ends and extremes labelled as printed.

The same points give the same bytes. matplotlib is used by its object interface, without pyplot.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from briefer.rendering.charts import drawable
from briefer.resources import fonts_dir

_WIDTH, _HEIGHT, _DPI = 6.4, 3.0, 100  # inches; dots an inch
_INK, _SOFT, _LINE = "#1b1f24", "#57606a", "#0b4a8f"
_NEAR: Final = 0.14  # of the width: labels closer than this would touch


class Dot(NamedTuple):
    """A point of the chart.

    Attributes:
        day: that it holds for.
        value: how high it stands.
        figure: as printed, which labels it: bound and unit included.
    """

    day: datetime.date
    value: float
    figure: str


def timeline_of(dots: Sequence[Dot], title: str, unit: str, form: Literal["svg", "png"]) -> bytes:
    """The chart as SVG or PNG.

    Args:
        dots: at least two, the first day first.
        title: what is measured, in words of a source.
        unit: its name; "" for none.
        form: of the picture.
    """
    import matplotlib

    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefer"}):
        figure = _figure(dots, title, unit)
        if form == "svg":
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        else:
            figure.savefig(buffer, format="png", dpi=2 * _DPI, facecolor="#ffffff", metadata={"Software": None})  # fmt: skip
    return buffer.getvalue()


def _figure(dots: Sequence[Dot], title: str, unit: str) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    regular, bold = (FontProperties(fname=str(fonts_dir() / f"NotoSans-{w}.ttf")) for w in ("Regular", "Bold"))  # fmt: skip
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.13, 0.87, 0.68))
    days = [float(date2num(dot.day)) for dot in dots]
    values = [dot.value for dot in dots]
    axes.plot(days, values, color=_LINE, linewidth=1.4, marker="o", markersize=3.5)
    axes.margins(x=0.08, y=0.25)
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_SOFT)
    axes.tick_params(colors=_SOFT, length=3)
    for label in [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.get_offset_text()]:
        label.set_fontproperties(regular)
        label.set_fontsize(8)
    for i in _labelled(days, values):
        figures = drawable(dots[i].figure)
        beside = [values[k] for k in (i - 1, i + 1) if 0 <= k < len(values)]
        is_low = values[i] < sum(beside) / len(beside)  # the line goes up from there
        axes.annotate(
            figures, (days[i], values[i]), xytext=(0, -6 if is_low else 6), textcoords="offset points", ha="center",
            va="top" if is_low else "bottom", fontproperties=regular, fontsize=8, color=_INK, parse_math=False,
        )  # fmt: skip
    heading = drawable(title if len(title) <= 70 else f"{title[:69].rstrip()}…")
    figure.text(0.02, 0.93, heading, fontproperties=bold, fontsize=10, color=_INK, parse_math=False)
    figure.text(0.02, 0.86, drawable(unit), fontproperties=regular, fontsize=8, color=_SOFT, parse_math=False)  # fmt: skip
    return figure


def _labelled(days: Sequence[float], values: Sequence[float]) -> list[int]:
    """The last and the first point, the highest and the lowest, but none that would touch one of these."""
    room = _NEAR * ((days[-1] - days[0]) or 1.0)
    chosen: list[int] = []
    for i in (len(days) - 1, 0, values.index(max(values)), values.index(min(values))):
        if all(abs(days[i] - days[k]) >= room for k in chosen):
            chosen.append(i)
    return sorted(chosen)
