"""``briefer summarize`` and ``briefer callouts``: what is found in each source, on standard output."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from briefer.cli_options import (
    AsJson,
    Bullets,
    ModelName,
    Plain,
    Rules,
    RuntimeName,
    Sources,
    code_of,
    report_failures,
    sources_of,
    tell,
    until_closed,
)
from briefer.cli_store import StorePath, open_store
from briefer.talk import talk


def summarize(
    context: typer.Context,
    sources: Sources = None,
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
    with open_store(store) as kept:
        found = pipeline.outcomes_of(
            sources_of(context, sources), settings, say=talk.say, store=kept, plain=plain
        )
        with contextlib.closing(found), until_closed():
            for outcome in found:
                # Texts are not kept: only whether it went well.
                outcomes.append(outcome.failure is None)
                tell(outcome)
                if as_json or outcome.failure is None:
                    print(outcome_as_json(outcome) if as_json else outcome_as_text(outcome))
                report_failures([outcome])
    raise typer.Exit(code_of(sum(outcomes), len(outcomes)))


def callouts(
    context: typer.Context,
    sources: Sources = None,
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
    with open_store(store) as kept:
        found = pipeline.numbers_of(
            sources_of(context, sources), say=talk.say, store=kept, every=every or explain, plain=plain,
            rules_only=rules or ((every or explain) and not as_json),  # roles are the rules' alone
        )  # fmt: skip
        with contextlib.closing(found), until_closed():
            for outcome, listed, best in found:
                total += 1
                report_failures([outcome])
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
    raise typer.Exit(code_of(good, total))
