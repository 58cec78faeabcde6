"""Sources to outcomes and a brief: the parts joined, for the command line and for programs."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

import msgspec

from briefer.brief import Brief
from briefer.callouts import find_callouts, list_numbers
from briefer.callouts.listing import Listed
from briefer.callouts.readings import FigureReader
from briefer.errors import BriefFileError
from briefer.files import write_atomically
from briefer.models.catalog import (
    DEFAULT_MODEL,
    FIGURE_READER,
    SENTENCE_PARSER,
    WRITERS,
    find_model,
    find_summarizer,
)
from briefer.models.contract import Runtime
from briefer.models.runtime import load_figure_reader, load_model, load_parser, load_writer
from briefer.prompting import find_prompts
from briefer.reading.sources import find_items
from briefer.reading.untrusted import read_items
from briefer.rendering import Rendered, find_renderer, pass_gate
from briefer.rendering.look import Look
from briefer.segmenting import split_sentences
from briefer.store import Store
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import Callout, Outcome, to_json

Say = Callable[[str], None]


def settings_for(
    model: str, runtime: Runtime, n_bullets: int, *, rules_only: bool = False
) -> Settings:
    """Settings with the models looked up in the catalogue.

    Args:
        model: that chooses the bullets.
        runtime: that it runs in.
        n_bullets: at most so many an article.
        rules_only: read numbers by the rules alone.

    Raises:
        UnknownModelError: the catalogue has no such model.
    """
    figures = None if rules_only else find_model(FIGURE_READER)
    entry = find_summarizer(model)
    # The first sentences are the baseline: they cost nothing.
    syntax = None if entry.kind == "lead" else find_model(SENTENCE_PARSER)
    fallback = find_model(DEFAULT_MODEL) if entry.kind in WRITERS else None
    prompts = {n: p.fingerprint for n, p in find_prompts().items()} if entry.kind == "chat" else {}
    return Settings(entry, runtime, n_bullets, figures, syntax, fallback, prompts)


def load_models(settings: Settings, say: Say) -> Models:
    """Load what the settings name.

    Raises:
        ModelError: weights are missing or are not what models.txt says.
    """
    writes = settings.fallback is not None
    return Models(
        load_model(settings.fallback or settings.model, "ctranslate2" if writes else settings.runtime, say),
        load_figure_reader(say) if settings.figures else None,
        load_parser(say) if settings.syntax else None,
        load_writer(settings.model, settings.runtime, find_prompts(), say) if writes else None,
    )  # fmt: skip


def outcomes_of(
    sources: Iterable[str],
    settings: Settings,
    *,
    say: Say,
    store: Store | None,
    plain: bool = False,
) -> Generator[Outcome, None, None]:
    """Read and summarise sources, in order; a source that fails is an outcome too.

    Args:
        sources: files, folders, ``-``.
        settings: model, runtime, number of bullets.
        say: told what takes long.
        store: results of earlier runs; without one everything is done anew.
        plain: take texts as they are.
    """
    read = read_items(find_items(sources), plain=plain, cache=store)
    return summarize_all(read, lambda: load_models(settings, say), settings, store)


def numbers_of(
    sources: Iterable[str],
    *,
    say: Say,
    store: Store | None,
    every: bool = False,
    plain: bool = False,
    rules_only: bool = False,
) -> Generator[tuple[Outcome, tuple[Listed, ...], tuple[Callout, ...]], None, None]:
    """Read sources and find their numbers: the callouts, or every number.

    Args:
        sources: files, folders, ``-``.
        say: told what takes long.
        store: what was read in earlier runs.
        every: every number, and no callouts.
        plain: take texts as they are.
        rules_only: read numbers by the rules alone; needs no model.

    Yields:
        Of each source its outcome, every number if asked for, else the callouts, best first;
        nothing where the source could not be read.
    """
    reader: FigureReader | None = None
    for outcome in read_items(find_items(sources), plain=plain, cache=store):
        article = outcome.article
        if article is None:
            yield outcome, (), ()
            continue
        if reader is None and not rules_only:
            reader = load_figure_reader(say)
        sentences = split_sentences(article)
        if every:
            yield outcome, tuple(list_numbers(article, sentences, reader)), ()
        else:
            yield outcome, (), find_callouts(article, sentences, reader)


def render_all(brief: Brief, formats: Sequence[str], look: Look) -> dict[str, Rendered]:
    """The brief in several formats, by format name, each read back and checked against its sources.

    Raises:
        UsageError: a format is unknown, or a template is missing or fails.
        GateError: a finished document does not say what the sources say.
    """
    renderers = {name: find_renderer(name) for name in formats}
    rendered = {name: render(brief, look) for name, render in renderers.items()}
    for name, result in rendered.items():
        pass_gate(name, result.data, brief, look)
    return rendered


def write_brief(
    brief: Brief, rendered: dict[str, Rendered], folder: Path, store: Store | None
) -> list[Path]:
    """Write the finished formats as ``brief.FORMAT``, then the row that says so.

    Raises:
        UsageError: the folder cannot be written.
    """
    paths = []
    for name, result in rendered.items():
        path = folder / f"brief.{name}"
        write_atomically(path, result.data)
        paths.append(path)
    if store:
        body = to_json(brief)
        digest = hashlib.sha256(body).hexdigest()
        store.record_brief(
            digest, date=brief.date, title=brief.title, body=body, folder=folder.resolve()
        )
    return paths


def load_brief(path: Path) -> Brief:
    """Read a brief.json.

    Raises:
        BriefFileError: the file cannot be read, is not a brief, or its spans do not fit its texts.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BriefFileError(
            f"cannot be read ({error.strerror})",
            where=str(path),
            hint="Give a brief.json made by `briefer make`",
        ) from error
    return load_brief_bytes(data, str(path))


def load_brief_bytes(data: bytes, where: str) -> Brief:
    """Decode the bytes of a brief.json.

    Raises:
        BriefFileError: they are not a brief, or its spans do not fit its texts.
    """
    try:
        brief = msgspec.json.decode(data, type=Brief)
    except msgspec.DecodeError as error:
        raise BriefFileError(
            f"this is not a brief ({error})",
            where=where,
            hint="Give a brief.json made by `briefer make`",
        ) from error
    problem = misfit_of(brief)
    if problem:
        raise BriefFileError(
            f"the brief contradicts itself: {problem}",
            where=where,
            hint="Make it again with `briefer make`",
        )
    return brief


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def misfit_of(brief: Brief) -> str:
    """What does not fit in a brief whose types are right, or an empty string."""
    texts = {article.id: article.text for article in brief.articles}
    dated = [brief.date, brief.first_day, brief.last_day]
    dated += [article.published.date for article in brief.articles if article.published]
    for day in dated:
        if day is not None and not _is_day(day):
            return f"{day[:40]!r} is not a day"
    disputed = [side for dispute in brief.disputes for side in dispute.sides]
    for callout in (*brief.numbers, *disputed):
        if not (callout.sentence.holds(callout.figure) and callout.figure.holds(callout.number)):
            return f"figure {callout.figure} is not in its sentence {callout.sentence}"
    for story in brief.stories:
        for article in story.articles:
            if article not in texts:
                return f"story {story.id} names article {article}, which is not in it"
    bullets = [bullet for story in brief.stories for bullet in story.lines(whole=True)]
    callouts = [*brief.numbers, *disputed, *(c for story in brief.stories for c in story.callouts)]
    pointed = [
        (b.article, span)
        for b in bullets
        for span in (*b.evidence, *b.parts, *([b.speaker] if b.speaker else ()))
    ]
    pointed += [(c.article, span) for c in callouts for span in c.spans()]
    pointed += [(m.article, s) for c in callouts for m in c.also for s in (m.figure, m.sentence)]
    for article, span in pointed:
        if article not in texts:
            return f"evidence in article {article}, which is not in it"
        if not 0 <= span.start < span.end <= len(texts[article]):
            return f"span [{span.start}, {span.end}] is outside article {article}"
    return ""
