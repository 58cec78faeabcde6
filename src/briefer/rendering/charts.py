"""Charts of a series: columns from zero, or a sparkline where there are many points.

Every label is a cut of the source. The same points give the same bytes: no date, no random
identifiers, one font that is shipped. matplotlib is used by its object interface, without pyplot.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from briefer.resources import fonts_dir

if TYPE_CHECKING:
    from briefer.rendering.cards import PointView
    from briefer.rendering.cuts import Cut

_MANY = 7  # from so many points on, columns would be too thin for their labels
_WIDTH, _HEIGHT = 3.2, 1.5  # inches; 100 CSS pixels each
_DPI = 100
# Stand-ins that the HTML template's colours take the place of; never seen.
_INK, _SOFT, _PALE, _DARK = "#1b1f24", "#57606a", "#a9bfd8", "#0b4a8f"
_VARIABLES = {_INK: "var(--ink)", _SOFT: "var(--soft)", _PALE: "var(--chart)", _DARK: "var(--accent)"}  # fmt: skip


def alt_text(measure: Sequence[Cut], points: Sequence[PointView]) -> str:
    """The chart in words: what it shows, and every point."""
    said = [(point.period.text, point.figure.text) for point in points]
    return alt_text_of(measure[0].text if measure else "", said)


def alt_text_of(measure: str, points: Sequence[tuple[str, str]]) -> str:
    """The same from words: of each point its time and its figure."""
    kind = "Column chart" if len(points) < _MANY else "Line chart"
    said = "; ".join(f"{time}: {figure}" for time, figure in points)
    return f"{kind}{' of ' + measure if measure else ''}: {said}"


def svg_of(points: Sequence[PointView]) -> str:
    """The chart as an SVG element with its text as text."""
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
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.replace("'Noto Sans'", "inherit").replace(" Noto Sans", " inherit")


def png_of(points: Sequence[PointView]) -> bytes:
    """The chart as a PNG of twice the size that it is shown at, on white."""
    buffer = io.BytesIO()
    with _settings():
        _figure(points).savefig(
            buffer, format="png", dpi=2 * _DPI, facecolor="#ffffff", metadata={"Software": None}
        )
    return buffer.getvalue()


def _settings() -> Any:
    import matplotlib

    return matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "briefer"})


def _figure(points: Sequence[PointView]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

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
    if is_columns(len(points)):
        _columns(axes, points, fonts)
    else:
        _sparkline(axes, points, fonts)
    return figure


def _columns(axes: Any, points: Sequence[PointView], fonts: Any) -> None:
    """Columns from zero, each labelled with its number and time, the last one dark."""
    last = len(points) - 1
    size = 9 if len(points) < 5 else 7.5
    axes.set_xlim(-0.5, last + 0.5)
    for i, point in enumerate(points):
        axes.bar(
            i,
            point.value,
            width=0.62,
            color=_DARK if i == last else _PALE,
            linewidth=0,
            clip_on=False,
        )
        weight = fonts["Bold" if i == last else "Regular"]
        _label(axes, i, max(point.value, 0), point.number.text, weight, _INK, size, above=True)
        _label(axes, i, axes.get_ylim()[0], short_time(point.period.text), fonts["Regular"], _SOFT, size, above=False)  # fmt: skip
    axes.axhline(0, color=_SOFT, linewidth=0.6, clip_on=False)


def _sparkline(axes: Any, points: Sequence[PointView], fonts: Any) -> None:
    """A line with its first, last, highest and lowest point labelled."""
    values = [point.value for point in points]
    last = len(points) - 1
    axes.set_xlim(-0.6, last + 0.6)
    axes.plot(range(len(values)), values, color=_DARK, linewidth=1.4, clip_on=False)
    for i in sorted({0, last, values.index(min(values)), values.index(max(values))}):
        axes.plot([i], [values[i]], marker="o", markersize=3.5, color=_DARK, clip_on=False)
        _label(axes, i, values[i], points[i].number.text, fonts["Bold" if i == last else "Regular"], _INK, 8, above=True)  # fmt: skip
        _label(axes, i, axes.get_ylim()[0], short_time(points[i].period.text), fonts["Regular"], _SOFT, 7.5, above=False)  # fmt: skip
    axes.axhline(0, color=_SOFT, linewidth=0.6, clip_on=False)


def _label(
    axes: Any, x: float, y: float, text: str, font: Any, colour: str, size: float, *, above: bool
) -> None:
    axes.annotate(
        text, (x, y), xytext=(0, 3 if above else -4), textcoords="offset points", ha="center",
        va="bottom" if above else "top", fontproperties=font, fontsize=size, color=colour,
        annotation_clip=False, parse_math=False,
    )  # fmt: skip


def is_columns(n_points: int) -> bool:
    """Whether so many points are drawn as columns, each with its label."""
    return n_points < _MANY


def short_time(words: str) -> str:
    """A time as a label: the article before it would only take room."""
    return words.removeprefix("the ").removeprefix("The ")
