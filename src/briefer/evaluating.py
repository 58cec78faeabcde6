"""`briefer eval`: bullets against reference summaries, beside the first sentences and the best there are.

ROUGE is Lin 2004 by `rouge-score`, stemmed; with several references the mean over them. The oracle
chooses sentences greedily by ROUGE-1 and -2 against the references: what no chooser can beat by much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from briefer.drafting import Drafts
from briefer.errors import BrieferError, SourceError
from briefer.reading.sources import Item
from briefer.reading.untrusted import read_items
from briefer.scoring import Cards, Wanted, score
from briefer.segmenting import split_sentences
from briefer.summarizing import Models, Settings, summarize
from briefer.trimming import MOST_WORDS
from briefer.types import Article, Value

_ORACLE_SENTENCES = 40
_T = TypeVar("_T")
METRICS = ("ROUGE-1", "ROUGE-2", "ROUGE-Lsum", "words a bullet", "longest", "over 25", "redundancy", "trimmed", "refused")  # fmt: skip


class Example(msgspec.Struct, frozen=True):
    """A line of the file: a text, and what people made of it.

    Attributes:
        references: summaries, one or more, each a string or a list of sentences.
        callouts: the figures that a reader would pull out; ``None`` if nobody was asked.
    """

    id: str
    text: str
    references: list[str | list[str]]
    callouts: list[Wanted] | None = None


class Made(msgspec.Struct, frozen=True):
    """A line of another system's file: its bullets for the text of that id."""

    id: str
    bullets: list[str]


class Row(NamedTuple):
    """What one system did on all examples.

    Attributes:
        name: of the system.
        figures: by `METRICS`; ROUGE, redundancy and shares in percent; ``None`` where it does not apply.
        cards: of its callouts; ``None`` where there are none.
    """

    name: str
    figures: tuple[float | None, ...]
    cards: Cards | None = None


class Summarized(Value, frozen=True):
    """Bullets of one text by one system."""

    bullets: tuple[str, ...]
    trimmed: int = 0
    refused: int = 0


def evaluate(
    examples: Sequence[Example],
    models: Models,
    settings: Settings,
    others: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> list[Row]:
    """Score a model, the first sentences, other systems, and the oracle.

    Args:
        examples: from `read_examples`.
        models: that make the summaries.
        settings: how many bullets.
        others: bullets of other systems, by name and by id of the example.

    Raises:
        SourceError: a text cannot be read, or another system has no bullets for it.
        BrieferError: `rouge-score` is not installed.
    """
    rouge = _scorer()
    n = settings.n_bullets
    made: dict[str, list[tuple[Summarized, tuple[float, ...]]]] = {}
    cards: Cards | None = None
    for example, article in _articles(examples):
        references = ["\n".join(r) if isinstance(r, list) else r for r in example.references]
        sentences = split_sentences(article)
        whole = [s.span.printed(article.text) for s in sentences]
        summary = summarize(article, models, settings)
        if example.callouts is not None:
            cards = (cards or Cards()) + score(article.text, summary.callouts, example.callouts)
        ours = Summarized(
            tuple(b.text for b in summary.bullets),
            sum(b.status == "trimmed" for b in summary.bullets),
            summary.refused,
        )
        drafts = Drafts(article, sentences, models.parser)
        drafts.shorten(range(min(len(sentences), _ORACLE_SENTENCES)))
        for name, done in (
            (settings.model.name, ours),
            (f"first {n}", Summarized(tuple(whole[:n]))),
            *((name, Summarized(_of(example, name, bullets))) for name, bullets in (others or {}).items()),
            (f"oracle, {n}", Summarized(_oracle(drafts.texts[:_ORACLE_SENTENCES], n, rouge, references))),
        ):  # fmt: skip
            made.setdefault(name, []).append((done, rouge(done.bullets, references)))
    return [
        Row(name, _figures(results), cards if name == settings.model.name else None)
        for name, results in made.items()
    ]


def _of(example: Example, name: str, bullets: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if example.id not in bullets:
        raise SourceError(f"no bullets for {example.id!r}", where=name, hint="Give every text of the examples a line")  # fmt: skip
    return tuple(bullets[example.id])


def _scorer() -> Callable[[Sequence[str], Sequence[str]], tuple[float, ...]]:
    """ROUGE-1, -2 and -Lsum, F1 in percent, mean over the references."""
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise BrieferError("rouge-score is not installed", where="briefer eval", hint="pip install 'briefer[eval]'") from error  # fmt: skip
    names = ("rouge1", "rouge2", "rougeLsum")
    scorer = RougeScorer(names, use_stemmer=True)

    def rouge(bullets: Sequence[str], references: Sequence[str]) -> tuple[float, ...]:
        found = [scorer.score(reference, "\n".join(bullets)) for reference in references]
        return tuple(100 * sum(f[name].fmeasure for f in found) / len(found) for name in names)

    return rouge


def _oracle(
    sentences: Sequence[str],
    n: int,
    score: Callable[[Sequence[str], Sequence[str]], tuple[float, ...]],
    references: Sequence[str],
) -> tuple[str, ...]:
    chosen: list[str] = []
    best = 0.0
    for _ in range(n):
        tried = [
            (sum(score([*chosen, s], references)[:2]), s) for s in sentences if s not in chosen
        ]
        if not tried or max(tried)[0] <= best:
            break
        best, sentence = max(tried)
        chosen.append(sentence)
    return tuple(chosen)


def _figures(
    results: Sequence[tuple[Summarized, tuple[float, ...]]],
) -> tuple[float | None, ...]:
    bullets = [bullet for done, _ in results for bullet in done.bullets]
    words = [len(bullet.split()) for bullet in bullets]
    pairs = [_likeness(a, b) for done, _ in results for i, a in enumerate(done.bullets) for b in done.bullets[:i]]  # fmt: skip
    rouge = [sum(scores[k] for _, scores in results) / len(results) for k in range(3)]
    return (
        *rouge,
        sum(words) / max(1, len(words)),
        float(max(words, default=0)),
        100 * sum(n > MOST_WORDS for n in words) / max(1, len(words)),
        100 * sum(pairs) / max(1, len(pairs)),
        100 * sum(done.trimmed for done, _ in results) / max(1, len(bullets)),
        float(sum(done.refused for done, _ in results)),
    )


def _likeness(a: str, b: str) -> float:
    """Share of words that two bullets have in common (Dice)."""
    one, two = set(a.lower().split()), set(b.lower().split())
    return 2 * len(one & two) / max(1, len(one) + len(two))


def _articles(examples: Sequence[Example]) -> Iterator[tuple[Example, Article]]:
    items = (Item(e.id, "text", e.text.encode("utf-8", "replace")) for e in examples)
    for example, outcome in zip(examples, read_items(items), strict=True):
        if outcome.article is None:
            what = outcome.failure.what if outcome.failure else "it cannot be read"
            raise SourceError(what, where=f"example {example.id!r}", hint="Mend or remove its line")
        yield example, outcome.article


def read_examples(path: Path) -> list[Example]:
    """Examples of a ``.jsonl`` file.

    Raises:
        SourceError: the file cannot be read, holds none, or a line is none.
    """
    found: list[Example] = []
    for n, example in _lines(path, Example, "id, text and references"):
        if not example.references:
            raise SourceError("no reference", where=f"{path}:{n}", hint="Give one string at least")
        found.append(example)
    if not found:
        raise SourceError("no examples", where=str(path), hint="Each line is an object of id, text and references")  # fmt: skip
    return found


def read_bullets(path: Path) -> dict[str, list[str]]:
    """Another system's bullets by id, from a ``.jsonl`` file.

    Raises:
        SourceError: the file cannot be read, or a line is none.
    """
    return {made.id: made.bullets for _, made in _lines(path, Made, "id and bullets (a list)")}


def _lines(path: Path, kind: type[_T], fields: str) -> Iterator[tuple[int, _T]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SourceError(f"cannot be read ({error.strerror})", where=str(path), hint="Check the name and the mode") from error  # fmt: skip
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield n, msgspec.json.decode(line, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SourceError(f"no example ({error})", where=f"{path}:{n}", hint=f"Each line is an object of {fields}") from error  # fmt: skip


def as_table(rows: Sequence[Row]) -> str:
    """Rows as Markdown: a table of bullets, and one of callouts if any were asked for."""
    lines = ["| | " + " | ".join(METRICS) + " |", "|---" * (len(METRICS) + 1) + "|"]
    for row in rows:
        cells = [f"{figure:.0f}" if name in {"longest", "refused"} else f"{figure:.1f}" for name, figure in zip(METRICS, row.figures, strict=True)]  # fmt: skip
        lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
    for row in rows:
        if row.cards is not None:
            cards = row.cards
            lines += ["", f"Callouts: {cards.right} of {cards.shown} cards right, {cards.found} of {cards.wanted} wanted figures on a card."]  # fmt: skip
    return "\n".join(lines)


def as_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as JSON objects."""
    return [
        {"system": row.name, **dict(zip(METRICS, row.figures, strict=True))}
        | ({"callouts": row.cards._asdict()} if row.cards else {})
        for row in rows
    ]
