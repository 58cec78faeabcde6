"""``briefer prompts``: what chat models are asked, and where to change it."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="What chat models are asked.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name from `briefer prompts list`.")]


@app.command("list")
def list_prompts() -> None:
    """Print the prompts: what each is for, its hash, and the file that is used."""
    from briefer.printing import print_table
    from briefer.prompting import PROMPTS, find_prompts

    found = find_prompts()
    rows = [(name, found[name].fingerprint, str(found[name].path), why) for name, why in PROMPTS.items()]  # fmt: skip
    print_table(("name", "hash", "file", "what it does"), rows)


@app.command("show")
def show(name: Name) -> None:
    """Print a prompt as it stands in its file, not filled."""
    from briefer.prompting import find_prompt

    print(find_prompt(name).source, end="")


@app.command("path")
def path(name: Name) -> None:
    """Print the file of a prompt of yours: copy `briefer prompts show` there to change it."""
    from briefer.prompting import find_prompt
    from briefer.resources import config_dir

    find_prompt(name)  # says which there are
    print(config_dir() / "prompts" / f"{name}.txt")
