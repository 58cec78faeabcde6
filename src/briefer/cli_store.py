"""``briefer store``: what was read and made before."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from briefer.talk import talk

app = typer.Typer(help="What was read and made before.", no_args_is_help=True)

StorePath = Annotated[
    Path | None,
    typer.Option("--store", envvar="BRIEFER_STORE", help="File that keeps results between runs."),
]


def path_of(store: Path | None) -> Path:
    """The store's file: the one given, or the one of the user's data folder."""
    from briefer.resources import data_dir

    return store or data_dir() / "store.sqlite3"


def index_beside(store: Path | None) -> Path:
    """The index of what briefs were made of, beside the store."""
    from briefer.search import INDEX

    return path_of(store).parent / INDEX


def open_store(store: Path | None, *, must: bool = False) -> Any:
    """The store; where it cannot be opened, one in memory, since a brief matters more."""
    from briefer.errors import StoreError
    from briefer.store import Store

    try:
        return Store(path_of(store), talk.say)
    except StoreError as error:
        if must:
            raise
        talk.say(f"briefer: {error} Going on without keeping results.")
        return Store(Path(":memory:"), talk.say)


@app.command("info")
def info(
    store: StorePath = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print where the store is and what it holds."""
    from briefer.printing import print_json

    with open_store(store, must=True) as kept:
        found = kept.info()
    if as_json:
        print_json(found)
        return
    print(f"{found.path}\n{found.bytes:,} bytes, format {found.version}")
    print(
        f"{found.readings:,} sources read, {found.summaries:,} summaries, {found.briefs:,} briefs"
    )


@app.command("prune")
def prune(
    days: Annotated[
        int, typer.Option(min=0, max=36500, help="Remove what was not used for so many days.")
    ] = 90,
    store: StorePath = None,
) -> None:
    """Remove results that were not used for a while, and what `briefer search` finds of them; briefs stay."""
    with open_store(store, must=True) as kept:
        print(f"{kept.prune(days):,} results removed")
    path = index_beside(store)
    if path.exists():
        from briefer.search import Index

        today = datetime.datetime.now(datetime.UTC).date()
        before = (today - datetime.timedelta(days=days - 1)).isoformat()
        with contextlib.closing(Index(path)) as index:
            removed = index.prune(before)
        print(f"{removed:,} source{'s' * (removed != 1)} removed from the index")


@app.command("path")
def path(store: StorePath = None) -> None:
    """Print where the store is."""
    print(path_of(store))
