"""``briefer search`` and ``briefer numbers``: what was read, by words, by meaning, by measure."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefer import options
from briefer.cli_options import NOTHING_DONE, OK, AsJson, complain, until_closed

if TYPE_CHECKING:
    from briefer.index_rows import Figure, Hit
    from briefer.search import Index

Archive = Annotated[Path | None, typer.Option("--in", help="Output folder of `briefer batch`; else what your own briefs were made of.")]  # fmt: skip
Since = Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")]


def search(
    words: Annotated[list[str], typer.Argument(help='Words, "a phrase", AND, OR, NOT, word*; title: bullets: numbers: value:>1000 unit: measure: direction: source: lang:')],
    archive: Archive = None,
    since: Since = None,
    until: Until = None,
    at_most: Annotated[int, typer.Option("-n", "--at-most", min=1, max=1000, help="Print at most so many reports.")] = 10,
    semantic: Annotated[bool, typer.Option("--semantic", help="By meaning too; merged with the words by rank.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Search everything that was read: texts, bullets, numbers."""
    text = " ".join(words)
    days = {"since": _day(since), "until": _day(until)}
    with contextlib.closing(_index(archive)) as index:
        if semantic:
            vector = _vector_of(text, index)
            hits = index.merged(text, vector, at_most=at_most, **days)
        else:
            hits = index.search(text, at_most=at_most, **days)
    with until_closed():
        for hit in hits:
            print(_hit_as_json(hit) if as_json else _hit_as_text(hit))
    if not hits:
        complain("nothing was found")
    raise typer.Exit(OK if hits else NOTHING_DONE)


def numbers(
    measure: Annotated[list[str], typer.Argument(help='What is measured, such as "unemployment rate".')],
    archive: Archive = None,
    since: Since = None,
    until: Until = None,
    unit: Annotated[str, typer.Option(help='Only of this unit, such as percent.')] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
    chart: Annotated[Path | None, typer.Option(help="Write a chart of the commonest unit: FILE.svg or FILE.png.")] = None,
) -> None:  # fmt: skip
    """Print every number of a measure, by the day that it holds for, with the sentence that it stands in."""
    with contextlib.closing(_index(archive)) as index:
        found = index.figures(" ".join(measure), unit=unit, since=_day(since), until=_day(until))
    if not found:
        complain("no number of that measure was found")
        raise typer.Exit(NOTHING_DONE)
    if chart is not None:
        _write_chart(found, chart)
    with until_closed():
        if as_csv:
            print(_csv_of(found), end="")
        elif as_json:
            for figure in found:
                print(_figure_as_json(figure))
        else:
            print("\n".join(_figure_as_text(figure) for figure in found))


def _index(archive: Path | None) -> Index:
    from briefer.resources import data_dir
    from briefer.search import INDEX, Index

    return Index((archive or data_dir()) / INDEX, must_be=True)


def _day(text: str | None) -> str:
    return options.day_of(text) if text else ""


def _vector_of(text: str, index: Index) -> Any:
    """The vector of a question, by the encoder that the index was made with."""
    from briefer.errors import SearchError
    from briefer.models.catalog import find_model
    from briefer.models.contract import Embedder
    from briefer.models.runtime import load_model
    from briefer.query import read_query
    from briefer.talk import talk

    asked = read_query(text).words
    if not index.encoder or not asked:
        what = "nothing was asked for by words" if index.encoder else "the index holds no vectors"
        raise SearchError(what, where=str(index.path), hint="Search without --semantic")
    model = load_model(find_model(index.encoder), "ctranslate2", talk.say)
    assert isinstance(model, Embedder)
    return model.vectors_of([asked])[0]


def _plain(snippet: str) -> str:
    """A snippet with what was found in bold, on a terminal."""
    from briefer.index_rows import MARKS

    on, off = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    return snippet.replace(MARKS[0], on).replace(MARKS[1], off)


def _hit_as_text(hit: Hit) -> str:
    day = f"{hit.published[:10]}  " if hit.published else ""
    lines = [f"{day}{hit.title or hit.source}", f"  {hit.source}"]
    if hit.snippet:
        lines.append(f"  {_plain(hit.snippet)}")
    lines += [f"  {_told(figure)}" for figure in hit.figures]
    return "\n".join(lines)


def _told(figure: Figure) -> str:
    time = f" ({figure.time})" if figure.time else ""
    return f"{figure.figure} · {figure.measure}{time}"


def _figure_as_text(figure: Figure) -> str:
    return f"{figure.date or '(no date)':10}  {_told(figure)}\n            {figure.sentence}\n            {figure.source}"


def _hit_as_json(hit: Hit) -> str:
    import msgspec

    from briefer.index_rows import MARKS

    plain = hit.snippet.replace(MARKS[0], "").replace(MARKS[1], "")
    return msgspec.json.encode(msgspec.structs.replace(hit, snippet=plain)).decode()


def _figure_as_json(figure: Figure) -> str:
    import msgspec

    return msgspec.json.encode({"date": figure.date, **msgspec.to_builtins(figure)}).decode()


_COLUMNS = ("date", "figure", "value", "low", "high", "unit", "measure", "kind", "bound", "direction", "start", "until", "time", "standing",
            "attribution", "published", "source", "title", "sentence", "span")  # fmt: skip


def _csv_of(found: list[Figure]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(getattr(figure, name)) for name in _COLUMNS] for figure in found)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    # A spreadsheet takes what begins so for a formula.
    if value == "=":  # of a bound: none
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"} else value  # fmt: skip


def _write_chart(found: list[Figure], path: Path) -> None:
    """Levels of the commonest unit, one a day: of several the first source's."""
    from briefer.errors import UsageError
    from briefer.files import write_atomically
    from briefer.rendering.charts import ChartPoint, png_of, svg_of

    if path.suffix.lower() not in {".svg", ".png"}:
        raise UsageError("a chart is .svg or .png", where=str(path), hint="Name such a file")
    levels = [f for f in found if f.kind == "level" and f.value is not None and f.date]
    unit = Counter(f.unit for f in levels).most_common(1)[0][0] if levels else ""
    by_day = {f.date: f for f in reversed(levels) if f.unit == unit}
    points = [ChartPoint(day, f.figure, f.figure, f.value or 0.0) for day, f in sorted(by_day.items())]  # fmt: skip
    if len(points) < 2:
        raise UsageError("there are not two days to draw", where=str(path), hint="Ask for another measure, or for --csv")  # fmt: skip
    data = svg_of(points).encode() if path.suffix.lower() == ".svg" else png_of(points)
    write_atomically(path, data)
