"""From an article to its bullets and callouts, with results kept from one run to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from briefer.callouts import find_callouts
from briefer.callouts.readings import FigureReader
from briefer.drafting import Drafts, checked
from briefer.errors import UnknownLanguageError
from briefer.models.catalog import ModelEntry
from briefer.models.contract import Document, Extractor, Runtime
from briefer.quotations import spoken
from briefer.resources import code_version
from briefer.segmenting import split_sentences
from briefer.syntax import Parser
from briefer.types import (  # fmt: skip
    Article,
    Callout,
    Failure,
    Outcome,
    Sentence,
    Span,
    Summary,
    Value,
    failure_from,
)

# What a summary is made by, besides the model's weights.
_LIBRARIES = ("ctranslate2", "tokenizers", "torch", "transformers", "numpy")
_CODE = (
    "summarizing.py",
    "segmenting.py",
    "grounding.py",
    "quotations.py",
    "drafting.py",
    "trimming.py",
    "cuts.py",
    "clauses.py",
    "syntax.py",
    "turns.py",
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
        syntax: the trained parser; without one marks and word classes alone say what a sentence can be told without.
    """

    model: ModelEntry
    runtime: Runtime
    n_bullets: int
    figures: ModelEntry | None = None
    syntax: ModelEntry | None = None

    def key_of(self, article: Article) -> str:
        """Identity of a result: content, model, settings and version."""
        code = code_version(*_CODE, libraries=_LIBRARIES)
        parts = (code, article, self.model, self.runtime, self.n_bullets, self.figures, self.syntax)
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


class SummaryCache(Protocol):
    """Where results of earlier runs are; `briefer.store.Store` is one."""

    def get_summary(self, key: str) -> Summary | None:
        """The result stored under a key, if there is one."""

    def put_summary(self, key: str, summary: Summary) -> None:
        """Keep a result under a key."""


class Models(NamedTuple):
    """What a summary is made with.

    Attributes:
        extractor: chooses the bullets.
        reader: of figures.
        parser: of sentences that are too long for a bullet.
    """

    extractor: Extractor
    reader: FigureReader | None = None
    parser: Parser | None = None


def summarize(article: Article, models: Models, settings: Settings) -> Summary:
    """Choose bullets and callouts of one article.

    Raises:
        UnknownLanguageError: the model was not trained on the article's language.
    """
    check_language(article, settings)
    sentences = split_sentences(article)
    # Chosen are bullets, as they would be printed, and not the sentences that they come from.
    drafts = Drafts(article, sentences, models.parser)
    document = Document(
        article.title,
        drafts.texts,
        unfit=spoken(article, sentences),
        voiced=frozenset(drafts.turns),
        shorten=drafts.shorten,
    )
    selection = models.extractor.select(document, settings.n_bullets)
    printed = [checked(article, drafts.short[i], drafts.whole[i]) for i in selection.chosen]
    bullets = tuple(bullet for bullet in printed if bullet is not None)
    lede = drafts.lede(selection.lede) if selection.lede is not None else None
    return Summary(
        article=article.id,
        model=settings.model.name,
        lede=lede,
        bullets=bullets,
        callouts=attributed(
            find_callouts(article, sentences, models.reader), sentences, drafts.turns
        ),
        refused=len(selection.chosen) - len(bullets),
        warnings=selection.warnings,
    )


def attributed(
    callouts: Sequence[Callout],
    sentences: Sequence[Sentence],
    turns: Mapping[int, tuple[Span, Span]],
) -> tuple[Callout, ...]:
    """Callouts of a transcript with who speaks, where they do not name anybody themselves."""
    speakers = {sentences[i].span: speaker for i, (speaker, _) in turns.items()}
    return tuple(
        msgspec.structs.replace(c, attribution=speakers[c.sentence])
        if c.attribution is None and c.sentence in speakers
        else c
        for c in callouts
    )


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
    load: Callable[[], Models],
    settings: Settings,
    cache: SummaryCache | None = None,
) -> Generator[Outcome, None, None]:
    """Summaries of everything that was read, in order; failures pass through.

    Args:
        outcomes: from `reading.untrusted.read_items`.
        load: gives the models; called once, and only if a result is missing from ``cache``.
        settings: what the results depend on.
        cache: results of earlier runs.
    """
    models: Models | None = None
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
                summary = summarize(article, models, settings)
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
