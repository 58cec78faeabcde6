"""The command line: thin; every command hands over to `pipeline` and prints what comes back."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from briefer import __version__, options
from briefer.cli_batch import batch
from briefer.cli_check import check
from briefer.cli_eval import evaluate
from briefer.cli_house import init, open_brief, site
from briefer.cli_house import schedule as schedule_app
from briefer.cli_house import templates as templates_app
from briefer.cli_make import make, render
from briefer.cli_models import app as models_app
from briefer.cli_options import NOTHING_DONE, OK, STOPPED, USAGE, complain
from briefer.cli_prompts import app as prompts_app
from briefer.cli_read import callouts, summarize
from briefer.cli_search import numbers, search
from briefer.cli_send import send
from briefer.cli_store import app as store_app
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
app.add_typer(models_app, name="models")
app.add_typer(prompts_app, name="prompts")
app.add_typer(store_app, name="store")
app.add_typer(templates_app, name="templates")
app.add_typer(schedule_app, name="schedule")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"briefer {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("-c", "--config", envvar="BRIEFER_TOML", help="A briefer.toml; else the one here, or of your configuration folder."),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print errors only.")] = False,
    verbose: Annotated[int, typer.Option("-v", "--verbose", count=True, help="Print more.")] = 0,
) -> None:  # fmt: skip
    del version  # its callback has printed it
    talk.level = -1 if quiet else verbose
    if context.invoked_subcommand in {None, "init"}:
        return  # it may be what mends a bad file
    from briefer.config import find_config

    found = find_config(config)
    context.obj = found
    context.default_map = options.defaults_of(found)


app.command()(make)
app.command()(summarize)
app.command()(callouts)
app.command()(batch)
app.command()(search)
app.command()(numbers)
app.command()(render)
app.command()(send)
app.command("open")(open_brief)
app.command()(site)
app.command()(init)
app.command()(check)
app.command("eval")(evaluate)


@app.command()
def schema() -> None:
    """Print the JSON Schema of brief.json."""
    import msgspec

    from briefer.brief import json_schema

    print(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode())


# --- helpers --------------------------------------------------------------------------------


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
            complain("stopped; what was done is kept, so the same command goes on from here")
    except typer.Abort:
        code = STOPPED
    except BrieferError as error:
        complain(str(error))
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
    complain(
        f"something unforeseen happened ({type(error).__name__}: {error}). Please report it; "
        "BRIEFER_DEBUG=1 shows where."
    )
    return NOTHING_DONE


if __name__ == "__main__":
    main()
