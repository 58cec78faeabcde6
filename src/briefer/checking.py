"""`briefer check`: a text, or many, against the source that each should follow from."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from briefer.claims import ENOUGH, Verdict, check_claim
from briefer.errors import SourceError
from briefer.reading.sources import Item, find_items
from briefer.reading.untrusted import read_items
from briefer.types import Article, Failure, Outcome, Value

_PAIRS = {".jsonl", ".ndjson"}
_MOST_BYTES = 20_000_000  # of a line


class Result(Value, frozen=True):
    """What came of one claim: an article and a verdict, or a failure.

    Attributes:
        id: of the pair, or the name of the claim's file.
        claim, source: as read.
        verdict: if both could be read.
        failure: why not.
    """

    id: str
    claim: Article | None = None
    source: Article | None = None
    verdict: Verdict | None = None
    failure: Failure | None = None


def check_all(summary: str, against: str | None) -> Generator[Result, None, None]:
    """Check a text against a source, or every pair of a ``.jsonl`` file.

    Args:
        summary: file of the claim, ``-``, or a ``.jsonl`` file of ``id``, ``doc``, ``claim``.
        against: file of the source; ``None`` for pairs.

    Raises:
        SourceError: no source was named for a text, or the file of pairs cannot be opened.
    """
    if against is not None:
        outcomes = list(read_items(find_items([summary]), plain=True))
        sources = list(read_items(find_items([against])))
        if len(outcomes) != 1 or len(sources) != 1:
            which = summary if len(outcomes) != 1 else against
            raise SourceError("not one text", where=which, hint="Give one file for each; many go into a .jsonl file of id, doc and claim")  # fmt: skip
        yield _result(outcomes[0].source, outcomes[0], sources[0])
        return
    if Path(summary).suffix.lower() not in _PAIRS:
        raise SourceError("nothing to check it against", where=summary, hint="Name the source: `briefer check SUMMARY --against SOURCE`")  # fmt: skip
    read = read_items(_sides(Path(summary)), plain=True)
    for doc in read:
        yield _result(doc.source, next(read), doc)


def _sides(path: Path) -> Iterator[Item | Failure]:
    """Both texts of each line of pairs; the worker that reads them decodes the line."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SourceError(f"cannot be read ({error.strerror})", where=str(path), hint="Check the name and the mode") from error  # fmt: skip
    with stream:
        for n, line in enumerate(iter(lambda: stream.readline(_MOST_BYTES), b""), start=1):
            if line.strip():
                yield Item(f"{path}:{n}", "doc", line)
                yield Item(f"{path}:{n}", "claim", line)


def _result(name: str, claim: Outcome, source: Outcome) -> Result:
    failure = source.failure or claim.failure
    records = (o.article.record for o in (claim, source) if o.article and o.article.record)
    name = next(records, name)
    if failure is not None or claim.article is None or source.article is None:
        return Result(name, claim.article, source.article, failure=failure)
    return Result(name, claim.article, source.article, check_claim(claim.article, source.article))


def as_row(result: Result) -> dict[str, Any]:
    """A result as a JSON object."""
    row: dict[str, Any] = {"id": result.id}
    if result.verdict is None or result.claim is None or result.source is None:
        failure = result.failure
        error = {"what": failure.what, "hint": failure.hint, "kind": failure.kind} if failure else None  # fmt: skip
        return row | {"score": None, "verdict": None, "sentences": [], "error": error}
    claim, source = result.claim.text, result.source.text
    return row | {
        "score": result.verdict.score,
        "verdict": "supported" if result.verdict.is_supported else "unsupported",
        "sentences": [
            {
                "text": s.sentence.printed(claim), "span": s.sentence, "support": s.support,
                "evidence": [{"text": e.printed(source), "span": e} for e in s.evidence],
                "findings": [{"kind": f.kind, "text": f.words.printed(claim), "span": f.words, "why": f.why} for f in s.findings],
            }
            for s in result.verdict.sentences
        ],
        "error": None,
    }  # fmt: skip


def as_text(result: Result) -> str:
    """A result for a reader: each sentence, what speaks against it, and its nearest evidence."""
    if result.verdict is None or result.claim is None or result.source is None:
        return ""
    verdict = "supported" if result.verdict.is_supported else "not supported"
    lines = [f"{result.id}: {verdict} (score {result.verdict.score:.2f})"]
    for s in result.verdict.sentences:
        row = s.sentence.printed(result.claim.text)
        told = s.support >= ENOUGH
        lines.append(f"  {'NO ' if s.findings else 'ok ' if told else '?? '} {row}")
        if not told:
            lines.append(
                f"        little of this is in the source ({s.support:.0%} of its words and pairs of words)"
            )
        lines += [f"        {f.kind}: {f.why}" for f in s.findings]
        lines += [f"        [{e.start}–{e.end}] {e.printed(result.source.text)}" for e in s.evidence[:1]]  # fmt: skip
    return "\n".join(lines)
