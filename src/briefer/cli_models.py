"""``briefer models``: the catalogue, and what of it is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from briefer.talk import talk

if TYPE_CHECKING:
    from briefer.models.catalog import ModelEntry

app = typer.Typer(help="The models that briefer knows, and those on this machine.", no_args_is_help=True)  # fmt: skip

Name = Annotated[str, typer.Argument(help="A name from `briefer models list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="Never touch the network: use what is here.")
]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Print the catalogue of models."""
    from briefer.models.catalog import DEFAULT_MODEL, load_catalog
    from briefer.printing import print_json, print_table

    entries = load_catalog().values()
    if as_json:
        print_json(list(entries))
        return
    # What fits a terminal; `models show` and --json print the rest.
    rows = [
        (e.name + (" *" if e.name == DEFAULT_MODEL else ""), e.kind, _state(e), e.licence, _some(e.languages), e.why)
        for e in entries
    ]  # fmt: skip
    print_table(("name", "kind", "here", "licence", "languages", "why"), rows)
    print("* the default")


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Print all that the catalogue says of a model, and whether it is here."""
    from briefer.models.catalog import find_model
    from briefer.printing import print_json

    entry = find_model(name)
    if as_json:
        print_json(entry)
        return
    settings = " ".join(f"{k}={v}" for k, v in entry.settings.items())
    rows = {
        "kind": entry.kind, "repository": entry.repository, "revision": entry.revision or ("pinned by its files" if entry.is_pinned else "not pinned yet"),
        "licence": entry.licence, "languages": ", ".join(entry.languages),
        "window": f"{entry.window} tokens" if entry.window else "", "size": entry.size, "memory": entry.memory,
        "settings": settings, "here": _state(entry), "why": entry.why,
    }  # fmt: skip
    print(entry.name)
    for key, value in rows.items():
        if value:
            print(f"  {key:<11} {value}")
    for file, digest in sorted(entry.sha256.items()):
        print(f"  sha256      {digest}  {file}")


@app.command("pull")
def pull(name: Name, offline: Offline = False) -> None:
    """Fetch a model from its hub, check and pin it, and convert it for this machine."""
    from briefer.models import shelf
    from briefer.models.catalog import find_model
    from briefer.models.runtime import prepare

    entry = shelf.pull(find_model(name), talk, offline=offline)
    folder = prepare(entry, talk.say)  # where it cannot be converted, it is here all the same
    talk.say(f"{entry.name} is ready: `briefer make … -m {entry.name}`")
    if folder is not None:
        print(folder)


@app.command("check")
def check(name: Name) -> None:
    """See whether every file of a model is the one that the catalogue names."""
    from briefer.errors import ModelError
    from briefer.models import shelf
    from briefer.models.catalog import find_model

    entry = find_model(name)
    files = shelf.files_of(entry)
    for file in files:
        print(f"{'ok   ' if file.is_right else 'WRONG'} {file.name}")
    if not files:
        talk.say(f"{name} has no files of its own")
    wrong = [file.name for file in files if not file.is_right]
    if wrong:
        raise ModelError(f"{len(wrong)} of {len(files)} files of {name} are not what they should be", hint=f"Fetch it again: `briefer models pull {name}`")  # fmt: skip


@app.command("add")
def add(
    source: Annotated[str, typer.Argument(help="OWNER/NAME of a repository on a hub, a folder, or plugin:NAME of an installed package.")],
    name: Annotated[str | None, typer.Option(help="Name that -m will take; else the last part of SOURCE.")] = None,
    kind: Annotated[Literal["encoder", "seq2seq", "chat"] | None, typer.Option(help="Else told by its config.json.")] = None,
    window: Annotated[int | None, typer.Option(min=16, help="Tokens that it reads; else told by its config.json.")] = None,
    revision: Annotated[str, typer.Option(help="Branch, tag or commit of the repository.")] = "",
    licence: Annotated[str, typer.Option(help="SPDX identifier; else what the repository says.")] = "",
    languages: Annotated[str, typer.Option(help="ISO 639-1 codes with commas; * for any.")] = "en",
    why: Annotated[str, typer.Option(help="When you would choose it.")] = "added by you",
) -> None:  # fmt: skip
    """Add a model to your own catalogue."""
    from briefer.models import shelf

    entry = shelf.described(
        source, name=name, kind=kind, window=window, revision=revision, licence=licence,
        languages=languages, why=why, talk=talk,
    )  # fmt: skip
    shelf.keep(entry)
    talk.say(f"{entry.name} ({entry.kind}, window {entry.window}) is in {shelf.own_catalog()}")
    if not entry.is_pinned:
        talk.say(f"Fetch it with `briefer models pull {entry.name}`")


@app.command("remove")
def remove(name: Name) -> None:
    """Take a model off: what was fetched and converted, and your entry for it."""
    from briefer.models import shelf
    from briefer.models.catalog import find_model

    removed = shelf.remove(find_model(name))
    for what in removed:
        print(f"removed {what}")
    if not removed:
        talk.say(f"nothing of {name} was here to be removed")


@app.command("path")
def path(name: Name) -> None:
    """Print the folder that a model's files are in."""
    from briefer.models.catalog import find_model
    from briefer.models.weights import source_folder

    print(source_folder(find_model(name)))


def _some(languages: tuple[str, ...]) -> str:
    """Languages as they fit a column."""
    shown = ",".join(languages[:4])
    return f"{shown} +{len(languages) - 4}" if len(languages) > 4 else shown


def _state(entry: ModelEntry) -> str:
    """Whether a model is on this machine, in a word."""
    from briefer.errors import ModelError
    from briefer.models.weights import source_folder

    try:
        source_folder(entry)
    except ModelError:
        return "no"
    return "yes"
