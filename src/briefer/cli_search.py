"""``briefer search`` and ``briefer numbers``: what was read, by words, by meaning, by measure."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import sys
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
    days = _days(since, until)
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
    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json are two forms; ask for one of them")
    with contextlib.closing(_index(archive)) as index:
        found = index.figures(" ".join(measure), unit=unit, **_days(since, until))
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
            print("\n".join(map(_figure_as_text, _of_the_same_words(found))))


def _index(archive: Path | None) -> Index:
    from briefer.cli_store import index_beside
    from briefer.search import INDEX, Index

    kept = Path(named) if (named := os.environ.get("BRIEFER_STORE")) else None
    return Index(archive / INDEX if archive else index_beside(kept), must_be=True)


def _days(since: str | None, until: str | None) -> dict[str, str]:
    """Both days as they are asked for.

    Raises:
        UsageError: one is none, or they are in the wrong order.
    """
    from briefer.errors import UsageError

    days = {
        "since": options.day_of(since, "--since") if since else "",
        "until": options.day_of(until, "--until") if until else "",
    }
    if all(days.values()) and days["since"] > days["until"]:
        raise UsageError(f"--since {since} lies after --until {until}", hint="Exchange them")
    return days


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
    return _straight(snippet).replace(MARKS[0], on).replace(MARKS[1], off)


def _straight(text: str) -> str:
    """A text without the marks that turn the direction of what is printed behind it."""
    return text.translate(_TURNING)


def _hit_as_text(hit: Hit) -> str:
    day = f"{hit.published[:10]}  " if hit.published else ""
    lines = [f"{day}{_straight(hit.title) or hit.source}", f"  {hit.source}"]
    if hit.snippet:
        lines.append(f"  {_plain(hit.snippet)}")
    lines += [f"  {_told(figure)}" for figure in hit.figures]
    return "\n".join(lines)


def _told(figure: Figure) -> str:
    time = f" ({figure.time})" if figure.time else ""
    return _straight(f"{figure.figure} · {figure.measure}{time}{_qualified(figure)}")


def _qualified(figure: Figure) -> str:
    """What must not be lost of a figure: how sure it is, that it is no level, and who says so."""
    parts = [figure.standing] if figure.standing != "reported" else []
    if figure.kind == "change":
        parts.append(f"change, {figure.direction}")
    elif figure.kind == "base":
        parts.append(f"before it went {figure.direction}")
    parts += [figure.attribution] if figure.attribution else []
    return f" [{'; '.join(parts)}]" if parts else ""


def _of_the_same_words(found: list[Figure]) -> list[tuple[Figure, list[str]]]:
    """Figures with their sources: copies of a report say the same once."""
    sources: dict[tuple[str, ...], tuple[Figure, list[str]]] = {}
    for figure in found:
        key = (figure.date, figure.figure, figure.measure, figure.sentence)
        sources.setdefault(key, (figure, []))[1].append(figure.source)
    return list(sources.values())


def _figure_as_text(shown: tuple[Figure, list[str]]) -> str:
    figure, sources = shown
    named = ", ".join(sources[:_SOURCES]) + (f" and {len(sources) - _SOURCES:,} more" if len(sources) > _SOURCES else "")  # fmt: skip
    return f"{figure.date or '(no date)':10}  {_told(figure)}\n            {_straight(figure.sentence)}\n            {named}"


def _hit_as_json(hit: Hit) -> str:
    import msgspec

    from briefer.index_rows import MARKS

    plain = hit.snippet.replace(MARKS[0], "").replace(MARKS[1], "")
    return msgspec.json.encode(msgspec.structs.replace(hit, snippet=plain)).decode()


def _figure_as_json(figure: Figure) -> str:
    import msgspec

    return msgspec.json.encode({"date": figure.date, **msgspec.to_builtins(figure)}).decode()


_SOURCES = 3  # that are named
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_COLUMNS = ("date", "figure", "value", "low", "high", "unit", "measure", "kind", "bound", "direction", "start", "until", "time", "standing",
            "attribution", "published", "source", "title", "sentence", "span")  # fmt: skip


def _csv_of(found: list[Figure]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(getattr(figure, name)) for name in _COLUMNS] for figure in found)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if value == "=":  # of a bound: none
        return ""
    # A spreadsheet takes what begins so for a formula; a number with its sign is none.
    is_formula = isinstance(value, str) and re.match(r"[=@\t\r]|[-+](?![\d.])", value)
    return f"'{value}" if is_formula else value


def _write_chart(found: list[Figure], path: Path) -> None:
    """Levels that are said to be so, of the measure and unit with most days; what is left out is said."""
    import datetime

    from briefer.errors import UsageError
    from briefer.files import write_atomically
    from briefer.rendering.timeline import Dot, timeline_of
    from briefer.talk import talk

    form = path.suffix.lower().removeprefix(".")
    if form not in {"svg", "png"}:
        raise UsageError("a chart is .svg or .png", where=str(path), hint="Name such a file")
    groups: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in sorted(found, key=lambda f: (f.date, f.published, f.source)):
        is_level = figure.kind in {"level", "series"} and figure.value is not None and figure.date
        if is_level and figure.standing in {"reported", "estimated", "corrected"}:
            key = (" ".join(figure.measure.lower().split()), figure.unit)
            groups.setdefault(key, {}).setdefault(figure.date, figure)
    if not groups or len(drawn := max(groups.values(), key=len)) < 2:
        raise UsageError("there are not two days of one measure and unit to draw", where=str(path), hint="Ask for another measure, or for --csv")  # fmt: skip
    figures = list(drawn.values())
    dots = [Dot(datetime.date.fromisoformat(f.date), f.value or 0.0, f.figure) for f in figures]
    data = timeline_of(
        dots, figures[-1].measure, figures[-1].unit, "svg" if form == "svg" else "png"
    )
    write_atomically(path, data)
    left = len(found) - len(figures)
    others = f"; {left:,} left out: other measures, units or sources of a day, changes, ranges, forecasts, targets" if left else ""  # fmt: skip
    talk.say(f"{path}: {len(figures):,} days of “{figures[-1].measure}”{others}")
