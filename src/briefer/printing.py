"""What the command line prints on standard output: bullets as text, outcomes as JSON, tables."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from briefer.types import Article, Bullet, Callout, Outcome, Period, Span

if TYPE_CHECKING:
    from briefer.callouts.listing import Listed


def outcome_as_json(outcome: Outcome) -> str:
    """One line: id, source, title, byline, published, language, lede, bullets, callouts, error."""
    article, summary, failure = outcome.article, outcome.summary, outcome.failure
    row: dict[str, Any] = {
        "id": (article.record or article.id) if article else None,
        "source": outcome.source,
        "title": article.title if article else None,
        "byline": article.byline if article else None,
        "published": article.published.date if article and article.published else None,
        "language": article.language if article else None,
        **_text_of(article),
        "lede": _bullet_row(summary.lede) if summary and summary.lede else None,
        "bullets": [_bullet_row(bullet) for bullet in (summary.bullets if summary else ())],
        "callouts": [callout_row(article, c) for c in summary.callouts]
        if article and summary
        else [],
        "warnings": [*(article.notes if article else ()), *(summary.warnings if summary else ())],
        "error": {"what": failure.what, "hint": failure.hint, "kind": failure.kind}
        if failure
        else None,
    }
    return _JSON.encode(row).decode()


def _bullet_row(bullet: Bullet) -> dict[str, Any]:
    row: dict[str, Any] = {"text": bullet.text, "evidence": bullet.evidence, "status": bullet.status}  # fmt: skip
    with_parts = bullet.parts or bullet.speaker
    return row | ({"parts": bullet.parts, "speaker": bullet.speaker} if with_parts else {})


# Values are JSON numbers, digit for digit; a reader that wants floats makes its own.
_JSON = msgspec.json.Encoder(decimal_format="number")


def callouts_as_json(article: Article, callouts: Sequence[Callout]) -> str:
    """One line: the article and its callouts, best first."""
    row = {**_head(article), "callouts": [callout_row(article, c) for c in callouts]}
    return _JSON.encode(row).decode()


def numbers_as_json(article: Article, numbers: Sequence[Listed]) -> str:
    """One line: the article and every number in it, with its role."""
    row = {**_head(article), "numbers": [_number_row(article, n) for n in numbers]}
    return _JSON.encode(row).decode()


def _head(article: Article) -> dict[str, Any]:
    published = article.published.date if article.published else None
    notes = [*article.notes]
    if published is None:
        notes.append("no date is known, so that periods are resolved only where they name a year")
    return {
        "id": article.record or article.id, "source": article.source, "title": article.title, "published": published,
        "language": article.language, **_text_of(article), "notes": notes,
    }  # fmt: skip


def _text_of(article: Article | None) -> dict[str, str]:
    """The text that offsets point into, where it is not the source itself (HTML, Markdown)."""
    if article is None or article.reader in {"text", "record"}:
        return {}
    return {"text": article.text}


def _words(article: Article, span: Span | None) -> dict[str, Any] | None:
    return {"text": span.printed(article.text), "span": span} if span is not None else None


def _all_words(article: Article, spans: Sequence[Span]) -> list[dict[str, Any] | None]:
    return [_words(article, span) for span in spans]


def _period_row(article: Article, period: Period | None) -> dict[str, Any] | None:
    """Words of time as cut; the days are ours unless ``exact``."""
    if period is None:
        return None
    words = _words(article, period.span) or {}
    return {**words, "start": period.start, "end": period.end, "exact": period.is_exact}


def callout_row(article: Article, c: Callout) -> dict[str, Any]:
    """A callout with every part as text and span."""
    change = c.change
    return {
        **(_words(article, c.figure) or {}),
        "kind": c.kind, "value": c.value, "low": c.low, "high": c.high, "bound": c.bound,
        "number": _words(article, c.number), "unit": c.unit_name or None, "unit_span": c.unit,
        "measure": _all_words(article, c.measure), "antecedent": _words(article, c.antecedent),
        "period": _period_row(article, c.period),
        "change": {
            "direction": change.direction, **(_words(article, change.words) or {}),
            "size": _words(article, change.size), "basis": _words(article, change.basis), "base": _words(article, change.base),
        } if change else None,
        "comparison": _words(article, c.comparison), "attribution": _words(article, c.attribution), "standing": c.standing,
        "points": [
            {**(_words(article, p.figure) or {}), "value": p.value, "period": _period_row(article, p.period)} for p in c.points
        ],
        "salience": c.salience, "sentence": c.sentence,
    }  # fmt: skip


def _number_row(article: Article, n: Listed) -> dict[str, Any]:
    """One number; ``change`` only where the number is itself the size of a change."""
    words = _words(article, n.change_words)
    change = {"direction": n.direction, **(words or {})} if n.relation == "size" else None
    return {
        "span": n.span, "text": n.span.printed(article.text), "number": n.number, "value": n.value, "low": n.low, "high": n.high,
        "bound": n.bound, "unit": n.unit or None, "unit_span": n.unit_span, "role": n.role, "reason": n.reason,
        "change": change, "relation": n.relation, "direction": n.direction, "sign": n.sign,
        "period": _period_row(article, n.period), "measure": _all_words(article, n.measure),
        "attribution": _words(article, n.attribution), "standing": n.standing, "sentence": n.sentence,
    }  # fmt: skip


def callouts_as_text(article: Article, callouts: Sequence[Callout]) -> str:
    """Title and callouts, each with what it measures, when, and of which change, folded to the terminal."""
    lines = [article.title or article.source]

    def words(*spans: Span | None) -> str:
        return " · ".join(span.printed(article.text) for span in spans if span is not None)

    for c in callouts:
        change = f" ({c.change.direction})" if c.change else ""
        standing = f" ({c.standing})" if c.standing != "reported" else ""
        lines.append(f"  {words(c.figure)}{change}{standing}")
        antecedent = f" [{words(c.antecedent)}]" if c.antecedent else ""
        when = _days(c.period)
        parts = [
            words(*c.measure) + antecedent,
            words(c.period.span if c.period else None) + (f" [{when}]" if when else ""),
            words(*(() if c.change is None else (c.change.words, c.change.basis))),
            "; ".join(f"{words(p.period.span)}: {words(p.figure)}" for p in c.points),
            words(c.comparison),
            f"according to {words(c.attribution)}" if c.attribution else "",
        ]
        lines += [_folded(part, "      ") for part in parts if part.strip()]
    return "\n".join(lines) + "\n"


def numbers_as_text(article: Article, numbers: Sequence[Listed], *, explain: bool) -> str:
    """Every number with its role; with ``explain`` the reason too."""
    lines = [article.title or article.source]
    for n in numbers:
        reason = f": {n.reason}" if explain else ""
        lines.append(f"  {n.span.printed(article.text)}  [{n.role}{reason}]")
    return "\n".join(lines) + "\n"


def _days(period: Period | None) -> str:
    if period is None or period.is_exact or not (period.start or period.end):
        return ""
    return " to ".join(day or "…" for day in (period.start, period.end))


def _folded(text: str, indent: str) -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)


def outcome_as_text(outcome: Outcome) -> str:
    """Title and bullets, folded to the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    lines: list[str] = []
    source = outcome.article.text if outcome.article else ""
    if outcome.article:
        lines.append(outcome.article.title or outcome.source)
    for bullet in outcome.summary.bullets if outcome.summary else ():
        printed = bullet.printed(source)
        lines.append(textwrap.fill(printed, width, initial_indent="  • ", subsequent_indent="    "))
    return "\n".join(lines) + "\n"


def print_json(value: Any) -> None:
    """A value on standard output, as indented JSON."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


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
