"""Charts of a series: columns from zero, or a sparkline where there are many points.

Every label is a cut of the source. The same points give the same bytes: no date, no random
identifiers, one font that is shipped. matplotlib is used by its object interface, without pyplot.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from briefer.resources import fonts_dir

_MANY = 7  # from so many points on, columns would be too thin for their labels
_ROOM = 56  # characters of all labels side by side
_WIDTH, _HEIGHT = 3.2, 1.5  # inches; 100 CSS pixels each
_DPI = 100
_KEPT = 64  # charts that are kept: several formats and the gate draw the same ones
# Stand-ins that the HTML template's colours take the place of; never seen.
_INK, _SOFT, _PALE, _DARK = "#1b1f24", "#57606a", "#6f8fb5", "#0b4a8f"
Labels = list[tuple[int, str]]
_VARIABLES = {_INK: "var(--ink)", _SOFT: "var(--soft)", _PALE: "var(--chart)", _DARK: "var(--accent)"}  # fmt: skip


#: Signs that the shipped fonts lack, and what says the same.
STAND_INS: Final = {
    "\u2212": "-",
    "\u2265": ">=",
    "\u2264": "<=",
    "\u2260": "!=",
    "\u2248": "~",
    "\u2192": "->",
    "\u2010": "-",
    "\u2011": "-",
}


_DRAWN: Final = str.maketrans(STAND_INS)


def drawable(words: str) -> str:
    """A label as it is drawn: signs that the fonts lack are replaced by what says the same."""
    return words.translate(_DRAWN)


class ChartPoint(NamedTuple):
    """A point of a series, in words of the source.

    Attributes:
        time: when it holds.
        number: its digits, which label it.
        figure: the number as printed, with its unit.
        value: how high it stands.
    """

    time: str
    number: str
    figure: str
    value: float


def alt_text(measure: str, points: Sequence[ChartPoint]) -> str:
    """The chart in words: what it shows, and every point."""
    labels = chart_labels([point.time for point in points], [0.0] * len(points))
    kind = "Column chart" if len(labels) == len(points) else "Line chart"
    said = "; ".join(f"{point.time}: {point.figure}" for point in points)
    return f"{kind}{' of ' + measure if measure else ''}: {said}"


def svg_of(points: Sequence[ChartPoint]) -> str:
    """The chart as an SVG element with its text as text."""
    return _svg(tuple(points))


@lru_cache(maxsize=_KEPT)
def _svg(points: tuple[ChartPoint, ...]) -> str:
    buffer = io.StringIO()
    with _settings():
        _figure(points).savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :].strip()


def svg_for_page(svg: str) -> str:
    """The same for a page: colours follow its light and dark style, the font is the page's own."""
    svg = re.sub(
        r"<metadata>.*?</metadata>\s*|\sxmlns(?::\w+)?=\"[^\"]*\"", "", svg, flags=re.DOTALL
    )
    # Two charts of one page may not share an identifier.
    digest = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{m[1]}-{digest}"' if f"#{m[1]}\"" in svg else "", svg)  # fmt: skip
    svg = re.sub(r'href="#([^"]+)"', rf'href="#\1-{digest}"', svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.replace("'Noto Sans'", "inherit").replace(" Noto Sans", " inherit")


def png_of(points: Sequence[ChartPoint]) -> bytes:
    """The chart as a PNG of twice the size that it is shown at, on white."""
    return _png(tuple(points))


@lru_cache(maxsize=_KEPT)
def _png(points: tuple[ChartPoint, ...]) -> bytes:
    buffer = io.BytesIO()
    with _settings():
        _figure(points).savefig(
            buffer, format="png", dpi=2 * _DPI, facecolor="#ffffff", metadata={"Software": None}
        )
    return buffer.getvalue()


def _settings() -> Any:
    import matplotlib

    return matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefer"})


def _figure(given: Sequence[ChartPoint]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    points = [p._replace(number=drawable(p.number), time=drawable(p.time)) for p in given]
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.02, 0.17, 0.96, 0.70))
    fonts = {
        weight: FontProperties(fname=str(fonts_dir() / f"NotoSans-{weight}.ttf"))
        for weight in ("Regular", "Bold")
    }
    values = [point.value for point in points]
    axes.set_axis_off()
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) or 1.0
    axes.set_ylim(low, high + 0.02 * room)
    labels = chart_labels([point.time for point in points], values)
    draw = _columns if is_columns([label for _, label in labels]) and len(labels) == len(points) else _sparkline  # fmt: skip
    draw(axes, points, labels, fonts)
    return figure


def _columns(axes: Any, points: Sequence[ChartPoint], labels: Labels, fonts: Any) -> None:
    """Columns from zero, each labelled with its number and time, the last one dark."""
    last = len(points) - 1
    size = 9 if sum(len(label) + 2 for _, label in labels) < 36 else 7.5
    axes.set_xlim(-0.5, last + 0.5)
    for i, label in labels:
        value = points[i].value
        axes.bar(i, value, width=0.62, color=_DARK if i == last else _PALE, linewidth=0, clip_on=False)  # fmt: skip
        weight = fonts["Bold" if i == last else "Regular"]
        _label(axes, i, max(value, 0), points[i].number, weight, _INK, size, above=True)
        _label(axes, i, axes.get_ylim()[0], label, fonts["Regular"], _SOFT, size, above=False)
    axes.axhline(0, color=_SOFT, linewidth=0.6, clip_on=False)


def _sparkline(axes: Any, points: Sequence[ChartPoint], labels: Labels, fonts: Any) -> None:
    """A line with its first, last, highest and lowest point labelled."""
    values = [point.value for point in points]
    last = len(points) - 1
    axes.set_xlim(-0.6, last + 0.6)
    axes.plot(range(len(values)), values, color=_DARK, linewidth=1.4, clip_on=False)
    for i, label in labels:
        axes.plot([i], [values[i]], marker="o", markersize=3.5, color=_DARK, clip_on=False)
        weight = fonts["Bold" if i == last else "Regular"]
        _label(axes, i, values[i], points[i].number, weight, _INK, 8, above=True)
        _label(axes, i, axes.get_ylim()[0], label, fonts["Regular"], _SOFT, 7.5, above=False)
    axes.axhline(0, color=_SOFT, linewidth=0.6, clip_on=False)


def _label(
    axes: Any, x: float, y: float, text: str, font: Any, colour: str, size: float, *, above: bool
) -> None:
    axes.annotate(
        text, (x, y), xytext=(0, 3 if above else -4), textcoords="offset points", ha="center",
        va="bottom" if above else "top", fontproperties=font, fontsize=size, color=colour,
        annotation_clip=False, parse_math=False,
    )  # fmt: skip


def chart_labels(times: Sequence[str], values: Sequence[float]) -> list[tuple[int, str]]:
    """Which points are labelled, and the label of each time, in the order in which they are drawn.

    Columns have a label each; a line only at its ends and extremes.
    """
    short = [short_time(time) for time in times]
    years = {time.rsplit(" ", 1)[-1] for time in short}
    if len(years) == 1 and all(re.fullmatch(r".+ (?:19|20)\d\d", time) for time in short):
        short = [time.rsplit(" ", 1)[0] for time in short]  # "3 March 2025" five times over
    if is_columns(short):
        return list(enumerate(short))
    last = len(values) - 1
    shown = {0, last, values.index(min(values)), values.index(max(values))}
    return [(i, short[i]) for i in sorted(shown)]


def is_columns(labels: Sequence[str]) -> bool:
    """Whether so many points, with labels so long, are drawn as columns."""
    return len(labels) < _MANY and sum(len(label) + 2 for label in labels) <= _ROOM


def short_time(words: str) -> str:
    """A time as a label: the article before it would only take room."""
    return words.removeprefix("the ").removeprefix("The ")
