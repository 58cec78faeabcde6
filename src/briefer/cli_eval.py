"""The command `briefer eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    examples: Annotated[
        Path, typer.Argument(help="A .jsonl file: id, text, references and, if you like, callouts a line.")
    ],
    model: Annotated[
        str, typer.Option("-m", "--model", help="A name from `briefer models list`.")
    ] = "all-MiniLM-L6-v2",
    bullets: Annotated[
        int, typer.Option("-n", "--bullets", min=1, max=20, help="At most so many bullets an article.")
    ] = 3,
    also: Annotated[
        list[str] | None, typer.Option("--also", metavar="NAME=FILE", help="Bullets of another system: a .jsonl file of id and bullets a line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Score bullets against reference summaries, beside the first sentences and an oracle.

    Needs `pip install 'briefer[eval]'`. The table is Markdown: ROUGE (F1, stemmed, percent), words a
    bullet, redundancy (words that two bullets share, percent), share trimmed, bullets refused.
    Lines with `callouts`, a list of objects of figure and, where known, measure, period and direction, in words of the text,
    say how many of the best four callouts are right.
    """
    import msgspec

    from briefer import evaluating, pipeline
    from briefer.talk import Talk

    found = evaluating.read_examples(examples)
    others = {}
    for given in also or ():
        name, _, file = given.partition("=")
        if not file or name in others or name in {model, f"first {bullets}", f"oracle, {bullets}"}:
            raise typer.BadParameter(
                f"{given!r} is not NAME=FILE with a name of its own", param_hint="--also"
            )
        others[name] = evaluating.read_bullets(Path(file))
    asked = any(example.callouts is not None for example in found)
    settings = pipeline.settings_for(model, "ctranslate2", bullets, rules_only=not asked)
    models = pipeline.load_models(settings, Talk().say)
    rows = evaluating.evaluate(found, models, settings, others)
    print(msgspec.json.encode(evaluating.as_rows(rows)).decode() if as_json else evaluating.as_table(rows))  # fmt: skip
