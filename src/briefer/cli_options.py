"""Options and messages that several commands share."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from briefer.talk import talk

OK, NOTHING_DONE, USAGE, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        help="Files, folders, .jsonl files, or - for standard input; else those of briefer.toml."
    ),
]
ModelName = Annotated[
    str,
    typer.Option(
        "-m", "--model", envvar="BRIEFER_MODEL", help="A name from `briefer models list`."
    ),
]
Bullets = Annotated[int, typer.Option("-n", "--bullets", min=1, max=20, envvar="BRIEFER_BULLETS", help="At most so many bullets an article.")]  # fmt: skip
RuntimeName = Annotated[
    Literal["ctranslate2", "torch"],
    typer.Option("--runtime", envvar="BRIEFER_RUNTIME", help="torch is the slow reference."),
]
Rules = Annotated[
    bool, typer.Option("--rules", help="Read the numbers by rules alone, without the figure model.")
]
Plain = Annotated[bool, typer.Option("--plain", help="Take texts as they are: no headers or captions looked for.")]  # fmt: skip
Formats = Annotated[
    str,
    typer.Option(
        "-f",
        "--format",
        envvar="BRIEFER_FORMATS",
        help="html, pdf, eml, md, txt, docx, json; several with commas.",
    ),
]
Folder = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        envvar="BRIEFER_OUTPUT",
        help="Folder to write brief.html, brief.pdf… into.",
    ),
]
Templates = Annotated[
    Path | None,
    typer.Option(
        "-t",
        "--template",
        envvar="BRIEFER_TEMPLATES",
        help="Folder whose templates win over briefer's own.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def sources_of(context: typer.Context, given: list[str] | None) -> list[str]:
    """The sources given, or those of the configuration.

    Raises:
        UsageError: there are none.
    """
    config = context.obj
    found = given or [s if s == "-" else str(config.file(s)) for s in config.sources]
    if not found:
        from briefer.errors import UsageError

        raise UsageError("there are no sources", hint="Name files or folders, or write them into briefer.toml (`briefer init`)")  # fmt: skip
    return found


@contextlib.contextmanager
def until_closed() -> Iterator[None]:
    """Whoever reads our output may have enough of it (``| head``); that is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise typer.Exit(OK) from None


def tell(outcome: Any) -> None:
    """With -v: how each source was read and what came of it."""
    article, summary = outcome.article, outcome.summary
    if article and summary:
        talk.detail(
            f"{outcome.source}: read as {article.reader}, language {article.language}, "
            f"{len(article.body())} paragraphs, {len(summary.bullets)} bullets, {len(summary.callouts)} figures"
        )


def report_failures(outcomes: Any) -> None:
    for outcome in outcomes:
        if outcome.failure:
            complain(f"{outcome.failure.source}: {outcome.failure.what}. {outcome.failure.hint}.")


def report_written(rendered: Any, paths: Any) -> None:
    said = set()
    for name, result in rendered.items():
        for note in result.notes:
            if note not in said:  # the e-mail has the PDF in it
                said.add(note)
                talk.say(f"{name}: {note}")
    for path in paths:
        print(path)


def exit_code(outcomes: Any) -> int:
    return code_of(sum(outcome.failure is None for outcome in outcomes), len(outcomes))


def code_of(n_good: int, n_all: int) -> int:
    if n_good == 0:
        return NOTHING_DONE
    return OK if n_good == n_all else SOME_FAILED


def complain(message: str) -> None:
    print(f"briefer: {message}", file=sys.stderr)
