"""From an article to its bullets and callouts, with results kept from one run to the next."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from briefer.callouts import find_callouts
from briefer.callouts.readings import FigureReader
from briefer.drafting import Drafts, checked
from briefer.errors import BrieferError, UnknownLanguageError
from briefer.models.catalog import WRITERS, ModelEntry
from briefer.models.contract import Document, Extractor, Runtime, Writer, Written
from briefer.models.lead import LeadModel
from briefer.models.runtime import written_at_once
from briefer.quotations import spoken
from briefer.resources import code_version
from briefer.segmenting import split_sentences
from briefer.syntax import Parser
from briefer.types import (  # fmt: skip
    Article,
    Bullet,
    Callout,
    Failure,
    Outcome,
    Sentence,
    Span,
    Summary,
    Value,
    failure_from,
)
from briefer.writing import passage_of
from briefer.writing import told as bullets_told

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
    "claims.py",
    "prompting.py",
    "writing.py",
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
        fallback: of a model that writes, the one that chooses the article's own sentences in the place of what is refused.
        prompts: of a chat model, the fingerprint of each by its name.
    """

    model: ModelEntry
    runtime: Runtime
    n_bullets: int
    figures: ModelEntry | None = None
    syntax: ModelEntry | None = None
    fallback: ModelEntry | None = None
    prompts: dict[str, str] = msgspec.field(default_factory=dict)

    def fingerprint(self) -> str:
        """Identity of a way to make results: model, settings and version; SHA-256."""
        code = code_version(*_CODE, libraries=_LIBRARIES)
        return hashlib.sha256(msgspec.json.encode((code, self))).hexdigest()

    def key_of(self, article: Article) -> str:
        """Identity of a result: content, model, settings and version."""
        code = code_version(*_CODE, libraries=_LIBRARIES)
        parts = (
            code, article, self.model, self.runtime, self.n_bullets, self.figures, self.syntax, self.fallback, self.prompts,
        )  # fmt: skip
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
        writer: writes bullets in its own words.
    """

    extractor: Extractor
    reader: FigureReader | None = None
    parser: Parser | None = None
    writer: Writer | None = None


def summarize(
    article: Article, models: Models, settings: Settings, written: Sequence[Written] | None = None
) -> Summary:
    """Bullets and callouts of one article.

    Args:
        article: to summarise.
        models: to do it with.
        settings: how.
        written: what the model that writes wrote of it; it is asked where this is ``None``.

    Raises:
        UnknownLanguageError: the model was not trained on the article's language.
    """
    check_language(article, settings)
    sentences = split_sentences(article)
    # Chosen are bullets, as they would be printed, and not the sentences that they come from.
    drafts = Drafts(article, sentences, models.parser)
    choice = _Choice(article, sentences, drafts, models, settings)
    if models.writer is not None:
        if written is None:
            written = models.writer.write([passage_of(article, sentences)], settings.n_bullets)[0]
        told = bullets_told(article, sentences, written, settings.n_bullets, choice.bullets)
        bullets, refused, lede = told.bullets, told.refused, None
    else:
        bullets, refused, lede = choice.bullets(), choice.refused, choice.lede
    return Summary(
        article=article.id,
        model=settings.model.name,
        lede=lede,
        bullets=bullets,
        callouts=attributed(
            find_callouts(article, sentences, models.reader), sentences, drafts.turns
        ),
        refused=refused,
        warnings=choice.warnings,
    )


class _Choice:
    """The article's own sentences, chosen when they are asked for.

    Attributes:
        lede: the sentence that says most alone.
        refused: sentences that were chosen but failed a check.
        warnings: what was cut on the way.
    """

    def __init__(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        drafts: Drafts,
        models: Models,
        settings: Settings,
    ) -> None:
        self._article, self._sentences, self._drafts = article, sentences, drafts
        self._n_bullets = settings.n_bullets
        writes_more = settings.fallback is not None and not settings.fallback.knows(article.language)  # fmt: skip
        self._extractor = LeadModel() if writes_more else models.extractor
        self.lede: Bullet | None = None
        self.refused = 0
        self.warnings: tuple[str, ...] = ()

    def bullets(self) -> tuple[Bullet, ...]:
        drafts = self._drafts
        document = Document(
            self._article.title,
            drafts.texts,
            unfit=spoken(self._article, self._sentences),
            voiced=frozenset(drafts.turns),
            shorten=drafts.shorten,
        )
        selection = self._extractor.select(document, self._n_bullets)
        printed = [checked(self._article, drafts.short[i], drafts.whole[i]) for i in selection.chosen]  # fmt: skip
        bullets = tuple(bullet for bullet in printed if bullet is not None)
        self.lede = drafts.lede(selection.lede) if selection.lede is not None else None
        self.refused = len(selection.chosen) - len(bullets)
        self.warnings = selection.warnings
        return bullets


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
    at_once = written_at_once(settings.runtime) if settings.model.kind in WRITERS else 1
    remaining = iter(outcomes)
    while block := list(itertools.islice(remaining, at_once)):
        looked_up = [_look_up(outcome, settings, cache) for outcome in block]
        missing = [o.article for o in looked_up if o.article and not (o.summary or o.failure)]
        written: dict[str, list[Written]] = {}
        if missing:
            models = models or load()
            written = _write(missing, models, settings)
        for outcome in looked_up:
            if outcome.article is None or outcome.summary or outcome.failure or models is None:
                yield outcome
            else:
                yield _summarized(outcome, models, settings, cache, written)


def _look_up(outcome: Outcome, settings: Settings, cache: SummaryCache | None) -> Outcome:
    """An outcome with its summary, where an earlier run made it, or with the reason why there can be none."""
    article = outcome.article
    if article is None:
        return outcome
    try:
        check_language(article, settings)
    except UnknownLanguageError as error:
        failure = failure_from(outcome.source, error)
        return Outcome(outcome.source, article=article, failure=failure)
    summary = cache.get_summary(settings.key_of(article)) if cache else None
    return Outcome(outcome.source, article=article, summary=summary)


def _write(
    articles: Sequence[Article], models: Models, settings: Settings
) -> dict[str, list[Written]]:
    """What a model that writes wrote of some articles, by id; nothing if one of them is too much for it."""
    if models.writer is None:
        return {}
    passages = [passage_of(article, split_sentences(article)) for article in articles]
    try:
        answers = models.writer.write(passages, settings.n_bullets)
    except Exception:  # whichever article it was: each is tried alone, and that one is said
        return {}
    return {article.id: found for article, found in zip(articles, answers, strict=True)}


def _summarized(
    outcome: Outcome,
    models: Models,
    settings: Settings,
    cache: SummaryCache | None,
    written: Mapping[str, Sequence[Written]],
) -> Outcome:
    article = outcome.article
    assert article is not None
    try:
        summary = summarize(article, models, settings, written.get(article.id))
    except BrieferError as error:  # says itself what is wrong, and whose fault it is
        what = (
            f"{error.where}: {error.what}"
            if error.where not in {"", article.source}
            else error.what
        )
        failure = Failure(outcome.source, what, error.hint, type(error).__name__)
        return Outcome(outcome.source, article=article, failure=failure)
    # Whatever an article does to a model or a grammar must not cost the other articles.
    except Exception as error:
        what = f"it could not be summarised ({type(error).__name__}: {str(error)[:120]})"
        hint = "Leave it out, and report it: this is a fault of briefer"
        failure = Failure(outcome.source, what, hint, "SummaryError")
        return Outcome(outcome.source, article=article, failure=failure)
    if cache:
        cache.put_summary(settings.key_of(article), summary)
    return Outcome(outcome.source, article=article, summary=summary)
