"""From an article to its bullets and callouts, with results kept from one run to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable
from typing import Protocol

import msgspec

from briefer.callouts import find_callouts
from briefer.callouts.finding import knows_language
from briefer.callouts.readings import FigureReader
from briefer.errors import UnknownLanguageError
from briefer.grounding import passed_checks
from briefer.models.catalog import ModelEntry
from briefer.models.contract import Document, Extractor, Runtime
from briefer.quotations import spoken
from briefer.resources import code_version
from briefer.segmenting import split_sentences
from briefer.trimming import LEDE_WORDS, count_words, joined, trim
from briefer.types import Article, Bullet, Failure, Outcome, Span, Summary, Value, failure_from

# What a summary is made by, besides the model's weights.
_LIBRARIES = ("ctranslate2", "tokenizers", "torch", "transformers", "numpy")
_CODE = (
    "summarizing.py",
    "segmenting.py",
    "grounding.py",
    "quotations.py",
    "trimming.py",
    "callouts",
    "models",
    "types.py",
)


class Settings(Value, frozen=True):
    """What a summary depends on besides the article.

    Attributes:
        model: entry of the catalogue, with the hashes of its weights.
        runtime: ``ctranslate2`` or ``torch``.
        n_bullets: at most so many bullets an article.
        figures: the trained reader of figures; without one the rules alone read them.
    """

    model: ModelEntry
    runtime: Runtime
    n_bullets: int
    figures: ModelEntry | None = None

    def key_of(self, article: Article) -> str:
        """Identity of a result: content, model, settings and version."""
        code = code_version(*_CODE, libraries=_LIBRARIES)
        parts = (code, article, self.model, self.runtime, self.n_bullets, self.figures)
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


class SummaryCache(Protocol):
    """Where results of earlier runs are; `briefer.store.Store` is one."""

    def get_summary(self, key: str) -> Summary | None:
        """The result stored under a key, if there is one."""

    def put_summary(self, key: str, summary: Summary) -> None:
        """Keep a result under a key."""


def summarize(
    article: Article, model: Extractor, settings: Settings, reader: FigureReader | None = None
) -> Summary:
    """Choose bullets and callouts of one article.

    Raises:
        UnknownLanguageError: the model was not trained on the article's language.
    """
    check_language(article, settings)
    sentences = split_sentences(article)
    whole = [
        Bullet(s.span.printed(article.text), article.id, (s.span,), "verbatim") for s in sentences
    ]
    # Chosen are bullets, as they would be printed, and not the sentences that they come from.
    short = [
        shortened(article, s.span) or bullet for s, bullet in zip(sentences, whole, strict=True)
    ]
    ledes = [lede_of(article, s.span) for s in sentences]
    document = Document(
        article.title,
        tuple(b.text for b in short),
        unfit=spoken(article, sentences),
        no_lede=frozenset(i for i, lede in enumerate(ledes) if lede is None),
    )
    selection = model.select(document, settings.n_bullets)
    lede = ledes[selection.lede] if selection.lede is not None else None
    printed = [_checked(article, short[i], whole[i]) for i in selection.chosen]
    bullets = tuple(bullet for bullet in printed if bullet is not None)
    return Summary(
        article=article.id,
        model=settings.model.name,
        lede=_checked(article, lede) if lede else None,
        bullets=bullets,
        callouts=find_callouts(article, sentences, reader),
        refused=len(selection.chosen) - len(bullets),
        warnings=selection.warnings,
    )


def _checked(article: Article, *bullets: Bullet) -> Bullet | None:
    """The first of the bullets that passes its checks, with their names."""
    for bullet in bullets:
        if checks := passed_checks(bullet, article):
            return msgspec.structs.replace(bullet, checks=checks)
    return None


def lede_of(article: Article, sentence: Span) -> Bullet | None:
    """A sentence as the line under a headline: at most 30 words, who says it among them; ``None`` if it is longer."""
    parts: tuple[Span, ...] = (sentence,)
    if knows_language(article):
        parts = trim(article.text, sentence, LEDE_WORDS, attributed=True).parts
    if count_words(article.text, parts) > LEDE_WORDS:
        return None
    if parts == (sentence,):
        return Bullet(sentence.printed(article.text), article.id, (sentence,), "verbatim")
    return Bullet(joined(article.text, parts), article.id, (sentence,), "trimmed", parts=parts)


def shortened(article: Article, sentence: Span) -> Bullet | None:
    """A sentence as a bullet without the words it can do without; ``None`` if there are none.

    The rules know English; a sentence of another language stays whole.
    """
    if not knows_language(article):
        return None
    trimmed = trim(article.text, sentence)
    if trimmed.parts == (sentence,):
        return None
    return Bullet(
        joined(article.text, trimmed.parts), article.id, (sentence,), "trimmed",
        parts=trimmed.parts, speaker=trimmed.speaker,
    )  # fmt: skip


def check_language(article: Article, settings: Settings) -> None:
    """See that the model was trained on the article's language; needs no weights.

    Raises:
        UnknownLanguageError: it was not.
    """
    if not settings.model.knows(article.language):
        raise UnknownLanguageError(
            f"its language is {article.language!r}, which {settings.model.name} does not know",
            where=article.source,
            hint="Choose a model that does (`briefer models list`); `--model lead` takes any language",
        )


def summarize_all(
    outcomes: Iterable[Outcome],
    load: Callable[[], tuple[Extractor, FigureReader | None]],
    settings: Settings,
    cache: SummaryCache | None = None,
) -> Generator[Outcome, None, None]:
    """Summaries of everything that was read, in order; failures pass through.

    Args:
        outcomes: from `reading.untrusted.read_items`.
        load: gives the model and the reader of figures; called once, and only if a result is missing from ``cache``.
        settings: what the results depend on.
        cache: results of earlier runs.
    """
    models: tuple[Extractor, FigureReader | None] | None = None
    for outcome in outcomes:
        article = outcome.article
        if article is None:
            yield outcome
            continue
        try:
            check_language(article, settings)
        except UnknownLanguageError as error:
            failure = failure_from(outcome.source, error)
            yield Outcome(outcome.source, article=article, failure=failure)
            continue
        key = settings.key_of(article)
        summary = cache.get_summary(key) if cache else None
        if summary is None:
            models = models or load()
            try:
                summary = summarize(article, models[0], settings, models[1])
            # Whatever an article does to a model or a grammar must not cost the other articles.
            except Exception as error:
                what = f"it could not be summarised ({type(error).__name__}: {str(error)[:120]})"
                hint = "Leave it out, and report it: this is a fault of briefer"
                failure = Failure(outcome.source, what, hint, "SummaryError")
                yield Outcome(outcome.source, article=article, failure=failure)
                continue
            if cache:
                cache.put_summary(key, summary)
        yield Outcome(outcome.source, article=article, summary=summary)
