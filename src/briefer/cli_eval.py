"""The command `briefer eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    examples: Annotated[
        Path, typer.Argument(help="A .jsonl file: id, text and references a line.")
    ],
    model: Annotated[
        str, typer.Option("-m", "--model", help="A name from `briefer models list`.")
    ] = "all-MiniLM-L6-v2",
    bullets: Annotated[
        int, typer.Option("-n", "--bullets", min=1, max=20, help="At most so many bullets an article.")
    ] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Score bullets against reference summaries, beside the first sentences and an oracle.

    Needs `pip install 'briefer[eval]'`. The table is Markdown: ROUGE (F1, stemmed, percent), words a
    bullet, redundancy (words that two bullets share, percent), share trimmed, bullets refused.
    """
    import msgspec

    from briefer import evaluating, pipeline
    from briefer.models.runtime import load_model
    from briefer.talk import Talk

    settings = pipeline.settings_for(model, "ctranslate2", bullets, rules_only=True)
    loaded = load_model(settings.model, "ctranslate2", Talk().say)
    rows = evaluating.evaluate(examples, loaded, settings)
    print(msgspec.json.encode(evaluating.as_rows(rows)).decode() if as_json else evaluating.as_table(rows))  # fmt: skip
