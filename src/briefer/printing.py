"""What the command line prints on standard output: bullets as text, outcomes as JSON, tables."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

import msgspec

from briefer.types import Article, Callout, Outcome


def outcome_as_json(outcome: Outcome) -> str:
    """One line: id, source, title, byline, published, language, bullets, callouts, error."""
    article, summary, failure = outcome.article, outcome.summary, outcome.failure
    row: dict[str, Any] = {
        "id": (article.record or article.id) if article else None,
        "source": outcome.source,
        "title": article.title if article else None,
        "byline": article.byline if article else None,
        "published": article.published.date if article and article.published else None,
        "language": article.language if article else None,
        **_text_of(article),
        "bullets": [
            {"text": bullet.text, "evidence": bullet.evidence, "status": bullet.status}
            for bullet in (summary.bullets if summary else ())
        ],
        "callouts": [_callout(article, c) for c in summary.callouts] if article and summary else [],
        "warnings": [*(article.notes if article else ()), *(summary.warnings if summary else ())],
        "error": {"what": failure.what, "hint": failure.hint, "kind": failure.kind}
        if failure
        else None,
    }
    return msgspec.json.encode(row).decode()


def _text_of(article: Article | None) -> dict[str, str]:
    """The text that offsets point into, where it is not the source itself (HTML, Markdown)."""
    if article is None or article.reader in {"text", "record"}:
        return {}
    return {"text": article.text}


def _callout(article: Article, callout: Callout) -> dict[str, Any]:
    text = article.text
    return {
        "text": callout.figure.printed(text),
        "span": callout.figure,
        "number": {"text": callout.number.of(text), "span": callout.number},
        "unit": {"text": callout.unit.printed(text), "span": callout.unit}
        if callout.unit
        else None,
        "value": callout.value,
        "sentence": callout.sentence,
    }


def outcome_as_text(outcome: Outcome) -> str:
    """Title and bullets, folded to the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    lines: list[str] = []
    if outcome.article:
        lines.append(outcome.article.title or outcome.source)
    for bullet in outcome.summary.bullets if outcome.summary else ():
        lines.append(
            textwrap.fill(bullet.text, width, initial_indent="  • ", subsequent_indent="    ")
        )
    return "\n".join(lines) + "\n"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on standard output; colours only on a terminal, and not with NO_COLOR."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        # The last column holds prose and may be folded; the others are copied by their readers.
        table.add_column(name, overflow="fold", no_wrap=name != head[-1])
    for row in rows:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(table)
