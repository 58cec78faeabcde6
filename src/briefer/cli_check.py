"""The command `briefer check`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

NOT_SUPPORTED, FAILED = 1, 3


def check(
    summary: Annotated[
        str, typer.Argument(help="The text to check, - for standard input, or a .jsonl file of id, doc and claim.")
    ],
    against: Annotated[
        str | None, typer.Option("--against", help="The source that it should follow from.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
) -> None:  # fmt: skip
    """Check whether a text says what its source says: numbers, names, dates, quotations, "not", hedges, directions.

    Exit code 0 if all is supported, 1 if something is not, 3 if something could not be read.
    """
    import msgspec

    from briefer import checking

    codes = set()
    with contextlib.closing(checking.check_all(summary, against)) as results:
        for result in results:
            if result.failure is not None:
                codes.add(FAILED)
                print(f"briefer: {result.failure.source}: {result.failure.what}. {result.failure.hint}.", file=sys.stderr)  # fmt: skip
            elif result.verdict is not None and not result.verdict.is_supported:
                codes.add(NOT_SUPPORTED)
            if as_json:
                print(msgspec.json.encode(checking.as_row(result)).decode())
            elif result.verdict is not None:
                print(checking.as_text(result))
    raise typer.Exit(max(codes, default=0))
