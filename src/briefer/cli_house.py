"""``briefer init``, ``templates``, ``schedule``, ``open``, ``site``: a brief at home on a machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from briefer.cli_store import StorePath, open_store
from briefer.talk import talk

templates = typer.Typer(help="What documents are made from.", no_args_is_help=True)
schedule = typer.Typer(help="A brief every morning, by the machine's own scheduler.", no_args_is_help=True)  # fmt: skip

TemplateName = Annotated[str, typer.Argument(help="A name from `briefer templates list`.")]


def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("briefer.toml"),
) -> None:
    """Write a commented briefer.toml to begin with; one that is there stays."""
    from briefer.config import TEMPLATE
    from briefer.errors import UsageError
    from briefer.files import write_atomically

    if path.exists():
        raise UsageError("there is one already", where=str(path), hint="Change it, or name another file")  # fmt: skip
    write_atomically(path, TEMPLATE.encode())
    print(path)


@templates.command("list")
def list_templates() -> None:
    """Print the templates: what each makes, and the file that is used."""
    from briefer.printing import print_table
    from briefer.resources import search_path

    folders = search_path("templates")
    rows = []
    for name, what in _templates().items():
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        rows.append((name, "yours" if found and found.parent != folders[-1] else "briefer's", str(found), what))  # fmt: skip
    print_table(("name", "whose", "file", "what it makes"), rows)


@templates.command("path")
def template_path(name: TemplateName) -> None:
    """Print the file of a template of yours, whether it is there or not."""
    from briefer.resources import config_dir

    print(config_dir() / "templates" / _known(name))


@templates.command("new")
def new_template(
    name: TemplateName,
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to put it in; else the one that briefer looks in.")
    ] = None,
) -> None:  # fmt: skip
    """Copy one of briefer's templates to start from; one that is there stays."""
    from briefer.errors import UsageError
    from briefer.files import write_atomically
    from briefer.resources import config_dir, package_root

    target = (folder or config_dir() / "templates") / _known(name)
    if target.exists():
        raise UsageError("there is one already", where=str(target), hint="Change it, or remove it first")  # fmt: skip
    write_atomically(target, (package_root() / "templates" / name).read_bytes())
    print(target)


def _templates() -> dict[str, str]:
    from briefer.rendering import TEMPLATES

    return TEMPLATES


def _known(name: str) -> str:
    from briefer.errors import UsageError

    if name not in _templates():
        raise UsageError(f"no template {name!r}", hint=f"Known: {', '.join(_templates())}")
    return name


@schedule.command("show")
def show_schedule(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="cron, systemd, launchd or windows.")],
    at: Annotated[str, typer.Option(help="Time of the machine's clock.")] = "07:00",
    days: Annotated[str, typer.Option(help="daily, mon-fri, or mon,thu.")] = "daily",
    and_send: Annotated[
        bool | None, typer.Option("--send/--no-send", help="Send it too; else if briefer.toml says to whom.")
    ] = None,
) -> None:  # fmt: skip
    """Print a unit that makes the brief of your briefer.toml; where to put it stands in it."""
    from briefer.errors import UsageError
    from briefer.scheduling import Schedule, days_of, time_of, unit_of

    config = context.obj
    if config.path is None:
        raise UsageError("there is no briefer.toml to make a brief of", hint="`briefer init` writes one; --config names another")  # fmt: skip
    if not config.sources:
        raise UsageError("it names no sources", where=str(config.path), hint='Write sources = ["inbox"] into it')  # fmt: skip
    file = config.path.resolve()
    sends = bool(config.delivery.to and config.delivery.server) if and_send is None else and_send
    command = (_program(), "--config", str(file), "make", "--if-running", "leave", *(["--send"] if sends else []))  # fmt: skip
    hour, minute = time_of(at)
    print(unit_of(kind, Schedule(command, str(file.parent), hour, minute, days_of(days))), end="")


def _program() -> str:
    """The command itself, by its whole path: a scheduler has another search path."""
    beside = Path(sys.executable).with_name("briefer")
    found = str(beside) if beside.exists() else shutil.which("briefer")
    return found or "briefer"


def open_brief(store: StorePath = None) -> None:
    """Show the last brief in the browser."""
    import webbrowser

    from briefer.errors import UsageError

    with open_store(store, must=True) as kept:
        briefs = kept.briefs()
        for one in briefs:
            page = Path(one.folder) / "brief.html"
            if page.is_file():
                break
        else:
            raise UsageError("there is no brief to show", hint="`briefer make` makes one; with -f html if you name formats") if not briefs else UsageError("the page of no brief is where it was written", hint="`briefer site` writes them all anew")  # fmt: skip
    print(page)
    if not webbrowser.open(page.resolve().as_uri()):
        talk.say("No browser could be started; open the file yourself.")


def site(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write the archive into.")] = Path("site"),
    title: Annotated[str, typer.Option(help="Title of the index.")] = "Briefs",
    url: Annotated[str, typer.Option(help="Where it will be read; with it JSON Feed and Atom are written.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that were made again later.")] = False,
    search: Annotated[bool, typer.Option("--search/--no-search", help="Index full texts (briefer[site]).")] = True,
    template: Annotated[Path | None, typer.Option("-t", "--template", envvar="BRIEFER_TEMPLATES", help="Folder whose templates win over briefer's own.")] = None,
    store: StorePath = None,
) -> None:  # fmt: skip
    """Write a static archive of all briefs: an index by day, a page each, search, feeds."""
    from briefer import options
    from briefer.errors import UsageError
    from briefer.site import build_site, index_words, newest_of

    if url and not url.startswith(("https://", "http://")):
        raise UsageError(f"--url {url!r} is no address", hint="Write https://…")
    look = options.look_of(context.obj, template)
    with open_store(store, must=True) as kept:
        briefs = kept.briefs()
        chosen = sorted(briefs, key=lambda b: (b.date, b.made), reverse=True) if every else newest_of(briefs)  # fmt: skip
        entries = build_site(kept, chosen, output, look, title=title, url=url, say=talk.say)
    if search and entries and not index_words(output):
        talk.say("The archive's search looks at headlines only: install briefer[site] for full texts.")  # fmt: skip
    print(output / "index.html")
