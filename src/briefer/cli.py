"""The command line: thin; every command hands over to `pipeline` and prints what comes back."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from briefer import __version__, options
from briefer.cli_check import check
from briefer.cli_eval import evaluate
from briefer.cli_models import app as models_app
from briefer.cli_prompts import app as prompts_app
from briefer.errors import BrieferError
from briefer.talk import talk

app = typer.Typer(
    name="briefer",
    help="A morning brief from your own sources, on your own machine.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
store_app = typer.Typer(help="What was read and made before.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(prompts_app, name="prompts")
app.add_typer(store_app, name="store")

OK, NOTHING_DONE, USAGE, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130

Sources = Annotated[
    list[str], typer.Argument(help="Files, folders, .jsonl files, or - for standard input.")
]
ModelName = Annotated[str, typer.Option("-m", "--model", help="A name from `briefer models list`.")]
Bullets = Annotated[int, typer.Option("-n", "--bullets", min=1, max=20, help="At most so many bullets an article.")]  # fmt: skip
RuntimeName = Annotated[
    Literal["ctranslate2", "torch"], typer.Option("--runtime", help="torch is the slow reference.")
]
Rules = Annotated[
    bool, typer.Option("--rules", help="Read the numbers by rules alone, without the figure model.")
]
Plain = Annotated[bool, typer.Option("--plain", help="Take texts as they are: no headers or captions looked for.")]  # fmt: skip
StorePath = Annotated[
    Path | None,
    typer.Option("--store", envvar="BRIEFER_STORE", help="File that keeps results between runs."),
]
Formats = Annotated[
    str, typer.Option("-f", "--format", help="html, pdf, eml, md, txt, json; several with commas.")
]
Folder = Annotated[
    Path, typer.Option("-o", "--output", help="Folder to write brief.html, brief.pdf… into.")
]
Templates = Annotated[
    Path | None,
    typer.Option("-t", "--template", help="Folder whose templates win over briefer's own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"briefer {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print errors only.")] = False,
    verbose: Annotated[int, typer.Option("-v", "--verbose", count=True, help="Print more.")] = 0,
) -> None:
    del version  # its callback has printed it
    talk.level = -1 if quiet else verbose


@app.command()
def make(
    sources: Sources,
    output: Folder = Path("brief"),
    formats: Formats = options.DEFAULT_FORMATS,
    date: Annotated[
        str | None, typer.Option(help="Day of the brief, YYYY-MM-DD; today if not given.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(help="Time zone of the brief, such as Asia/Seoul; else this machine's."),
    ] = None,
    title: Annotated[str, typer.Option(help="Title of the masthead.")] = "Morning brief",
    bullets: Bullets = 3,
    model: ModelName = "all-MiniLM-L6-v2",
    template: Templates = None,
    runtime: RuntimeName = "ctranslate2",
    plain: Plain = False,
    rules: Rules = False,
    store: StorePath = None,
) -> None:
    """Make a brief from sources and write it in every format asked for."""
    from briefer import pipeline
    from briefer.briefing import make_brief
    from briefer.rendering import find_renderer

    wanted = options.formats_of(formats)
    for name in wanted:
        find_renderer(name)
    name, today = options.zone_of(zone)
    day = options.day_of(date) if date else today
    settings = pipeline.settings_for(model, runtime, bullets, rules_only=rules)
    folders = options.template_folders(template)
    with _open_store(store) as kept:
        found = pipeline.outcomes_of(sources, settings, say=talk.say, store=kept, plain=plain)
        outcomes = []
        with contextlib.closing(found):
            for outcome in talk.with_progress(found, "Reading"):
                outcomes.append(outcome)
                _tell(outcome)
        _report_failures(outcomes)
        if not any(outcome.summary for outcome in outcomes):
            _complain("there is nothing to make a brief of; nothing was written")
            raise typer.Exit(NOTHING_DONE)
        brief = make_brief(outcomes, settings, title=title, date=day, zone=name)
        rendered = pipeline.render_all(brief, wanted, folders)
        paths = pipeline.write_brief(brief, rendered, output, kept)
    _report_written(rendered, paths)
    raise typer.Exit(_exit_code(outcomes))


@app.command()
def summarize(
    sources: Sources,
    bullets: Bullets = 3,
    model: ModelName = "all-MiniLM-L6-v2",
    runtime: RuntimeName = "ctranslate2",
    plain: Plain = False,
    rules: Rules = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Print the bullets of each source."""
    from briefer import pipeline
    from briefer.printing import outcome_as_json, outcome_as_text

    settings = pipeline.settings_for(model, runtime, bullets, rules_only=rules)
    outcomes = []
    with _open_store(store) as kept:
        found = pipeline.outcomes_of(sources, settings, say=talk.say, store=kept, plain=plain)
        with contextlib.closing(found), _until_closed():
            for outcome in found:
                # Texts are not kept: only whether it went well.
                outcomes.append(outcome.failure is None)
                _tell(outcome)
                if as_json or outcome.failure is None:
                    print(outcome_as_json(outcome) if as_json else outcome_as_text(outcome))
                _report_failures([outcome])
    raise typer.Exit(_code(sum(outcomes), len(outcomes)))


@app.command()
def callouts(
    sources: Sources,
    every: Annotated[
        bool, typer.Option("--all", help="Every number with its role, not only the callouts.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every number with its role and the reason for it.")
    ] = False,
    at_most: Annotated[
        int | None,
        typer.Option("-n", "--at-most", min=1, help="At most so many callouts a source."),
    ] = None,
    plain: Plain = False,
    rules: Rules = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Print the numbers of each source: what each measures, when it holds, its change, who says so."""
    from briefer import pipeline, printing

    good = 0
    total = 0
    with _open_store(store) as kept:
        found = pipeline.numbers_of(
            sources, say=talk.say, store=kept, every=every or explain, plain=plain,
            rules_only=rules or ((every or explain) and not as_json),  # roles are the rules' alone
        )  # fmt: skip
        with contextlib.closing(found), _until_closed():
            for outcome, listed, best in found:
                total += 1
                _report_failures([outcome])
                article = outcome.article
                if article is None:
                    continue
                good += 1
                chosen = best[:at_most] if at_most else best
                if every or explain:
                    print(printing.numbers_as_json(article, listed) if as_json
                          else printing.numbers_as_text(article, listed, explain=explain))  # fmt: skip
                else:
                    print(printing.callouts_as_json(article, chosen) if as_json
                          else printing.callouts_as_text(article, chosen))  # fmt: skip
    raise typer.Exit(_code(good, total))


@app.command()
def render(
    brief: Annotated[Path, typer.Argument(help="A brief.json that `briefer make` wrote.")],
    formats: Formats = "html",
    output: Folder = Path("brief"),
    template: Templates = None,
) -> None:
    """Render a brief again, from its brief.json alone: no model, same bytes."""
    from briefer import pipeline

    folders = options.template_folders(template)
    loaded = pipeline.load_brief(brief)
    rendered = pipeline.render_all(loaded, options.formats_of(formats), folders)
    paths = pipeline.write_brief(loaded, rendered, output, None)
    _report_written(rendered, paths)


app.command()(check)
app.command("eval")(evaluate)


@app.command()
def schema() -> None:
    """Print the JSON Schema of brief.json."""
    import msgspec

    from briefer.brief import json_schema

    print(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode())


@store_app.command("info")
def store_info(store: StorePath = None, as_json: AsJson = False) -> None:
    """Print where the store is and what it holds."""
    from briefer.printing import print_json

    with _open_store(store, must=True) as kept:
        info = kept.info()
    if as_json:
        print_json(info)
        return
    print(f"{info.path}\n{info.bytes:,} bytes, format {info.version}")
    print(f"{info.readings:,} sources read, {info.summaries:,} summaries, {info.briefs:,} briefs")


@store_app.command("prune")
def store_prune(
    days: Annotated[
        int, typer.Option(min=0, max=36500, help="Remove what was not used for so many days.")
    ] = 90,
    store: StorePath = None,
) -> None:
    """Remove results that were not used for a while; briefs stay."""
    with _open_store(store, must=True) as kept:
        print(f"{kept.prune(days):,} results removed")


@store_app.command("path")
def store_path(store: StorePath = None) -> None:
    """Print where the store is."""
    print(_store_path(store))


# --- helpers --------------------------------------------------------------------------------


def _store_path(store: Path | None) -> Path:
    from briefer.resources import data_dir

    return store or data_dir() / "store.sqlite3"


def _open_store(store: Path | None, *, must: bool = False) -> Any:
    """The store; where it cannot be opened, one in memory, since a brief matters more."""
    from briefer.errors import StoreError
    from briefer.store import Store

    try:
        return Store(_store_path(store), talk.say)
    except StoreError as error:
        if must:
            raise
        talk.say(f"briefer: {error} Going on without keeping results.")
        return Store(Path(":memory:"), talk.say)


@contextlib.contextmanager
def _until_closed() -> Iterator[None]:
    """Whoever reads our output may have enough of it (``| head``); that is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise typer.Exit(OK) from None


def _tell(outcome: Any) -> None:
    """With -v: how each source was read and what came of it."""
    article, summary = outcome.article, outcome.summary
    if article and summary:
        talk.detail(
            f"{outcome.source}: read as {article.reader}, language {article.language}, "
            f"{len(article.body())} paragraphs, {len(summary.bullets)} bullets, {len(summary.callouts)} figures"
        )


def _report_failures(outcomes: Any) -> None:
    for outcome in outcomes:
        if outcome.failure:
            _complain(f"{outcome.failure.source}: {outcome.failure.what}. {outcome.failure.hint}.")


def _report_written(rendered: Any, paths: Any) -> None:
    for name, result in rendered.items():
        for note in result.notes:
            talk.say(f"{name}: {note}")
    for path in paths:
        print(path)


def _exit_code(outcomes: Any) -> int:
    return _code(sum(outcome.failure is None for outcome in outcomes), len(outcomes))


def _code(n_good: int, n_all: int) -> int:
    if n_good == 0:
        return NOTHING_DONE
    return OK if n_good == n_all else SOME_FAILED


def _complain(message: str) -> None:
    print(f"briefer: {message}", file=sys.stderr)


def _stop(code: int) -> NoReturn:
    if code == STOPPED:
        # A model that is writing would be waited for until it has finished; everything is closed by now.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    # Standard output may be a closed pipe; Python would complain of it on the way out.
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def main() -> NoReturn:
    """Entry point: runs a command and turns what it raises into a message and an exit code."""
    try:
        # Whatever the terminal's encoding, a character that it lacks is no reason to stop.
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        code = app(prog_name="briefer", standalone_mode=False) or OK
        if code == STOPPED:  # what typer makes of Ctrl-C
            _complain("stopped; what was done is kept, so the same command goes on from here")
    except typer.Abort:
        code = STOPPED
    except BrieferError as error:
        _complain(str(error))
        code = error.exit_code
    except BrokenPipeError:
        code = OK
    except Exception as error:
        code = _unexpected(error)
    _stop(int(code))


def _unexpected(error: Exception) -> int:
    """Usage errors in the words of the parser; anything else is a bug of ours, said plainly."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        return int(getattr(error, "exit_code", USAGE))
    if os.environ.get("BRIEFER_DEBUG"):
        raise error
    _complain(
        f"something unforeseen happened ({type(error).__name__}: {error}). Please report it; "
        "BRIEFER_DEBUG=1 shows where."
    )
    return NOTHING_DONE


if __name__ == "__main__":
    main()
