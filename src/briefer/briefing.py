"""Outcomes to a `Brief`: stories ranked, numbers chosen, what failed listed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from briefer import __version__
from briefer.brief import Brief, Colophon, Helper, Story, Tlp
from briefer.callouts.agreement import find_disputes, merge_same
from briefer.models.catalog import WRITERS
from briefer.stories import group_copies
from briefer.summarizing import Settings
from briefer.types import Article, Callout, Outcome, Summary

_NUMBERS_A_STORY = 4  # callouts that one story may give to "by the numbers"
_NUMBERS = 8
_LEAST_SALIENCE = 2.0  # below it a number is an event's detail, and better left to its bullet
_HEADLINE_WORDS = 20
_FULL_STOP = re.compile(r"(?<=[a-z0-9]{2})\.\Z")  # of a sentence, not of "U.S." or of three points


def make_brief(
    outcomes: Sequence[Outcome],
    settings: Settings,
    *,
    title: str,
    date: str,
    zone: str,
    tlp: Tlp = "",
) -> Brief:
    """Assemble the day's brief; same outcomes, same brief.

    Args:
        outcomes: one a source, in the order the sources were given.
        settings: what the summaries were made with, for the colophon.
        title: of the masthead.
        date: day of the brief, ``YYYY-MM-DD``.
        zone: name of the time zone that ``date`` is meant in.
        tlp: how far it may be passed on.
    """
    made: list[tuple[Article, Summary]] = []
    seen: set[str] = set()
    for outcome in outcomes:
        # The same file named twice is one source.
        if outcome.article and outcome.summary and outcome.article.id not in seen:
            seen.add(outcome.article.id)
            made.append((outcome.article, outcome.summary))
    articles = [article for article, _ in made]
    groups = group_copies(articles)
    # The more sources tell it, the higher; then the later day; then the order given.
    groups.sort(key=lambda g: (-len(g), _reverse(_day_of(articles[g[0]])), g[0]))
    stories = tuple(_story([made[i] for i in group]) for group in groups)
    texts = {article.id: article.text for article in articles}
    days = sorted(day for article in articles if (day := _day_of(article)))
    summaries = [summary for _, summary in made]
    n_bullets = sum(len(summary.bullets) for summary in summaries)
    languages = [article.language for article in articles]
    return Brief(
        title=title,
        tlp=tlp,
        date=date,
        zone=zone,
        language=max(sorted(set(languages)), key=languages.count) if languages else "en",
        stories=stories,
        numbers=_numbers(stories, texts),
        disputes=find_disputes([c for story in stories for c in story.callouts], texts),
        articles=tuple(articles),
        failures=tuple(outcome.failure for outcome in outcomes if outcome.failure),
        colophon=Colophon(
            version=__version__,
            model=settings.model.name,
            revision=settings.model.revision,
            licence=settings.model.licence,
            runtime=settings.runtime,
            bullets_per_article=settings.n_bullets,
            bullets_checked=n_bullets,
            bullets_refused=sum(summary.refused for summary in summaries),
            warnings=_warnings(made),
            fingerprint=settings.model.fingerprint,
            writes=settings.model.kind in WRITERS,
            prompts=settings.prompts,
            bullets_generated=sum(b.status == "generated" for s in summaries for b in s.bullets),
            helpers=tuple(
                Helper(entry.name, task, entry.fingerprint)
                for entry, task in (
                    (settings.figures, "read the numbers"),
                    (settings.syntax, "parsed long sentences"),
                    (settings.fallback, "chose sentences in the place of refused bullets"),
                )
                if entry is not None
            ),
        ),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
    )


def _story(told: Sequence[tuple[Article, Summary]]) -> Story:
    leading, summary = told[0]
    ids = tuple(article.id for article, _ in told)
    return Story(
        id=hashlib.sha256("\0".join(sorted(ids)).encode()).hexdigest()[:12],
        headline=headline_of(leading, summary),
        articles=ids,
        copies=ids[1:],
        independent=1,
        lede=summary.lede,
        bullets=tuple(
            b
            for b in summary.bullets
            if summary.lede is None or b.evidence != summary.lede.evidence
        ),
        callouts=summary.callouts,
    )


def headline_of(article: Article, summary: Summary) -> str:
    """The article's own headline without its full stop; without one its lede if short, else its source's name."""
    if article.title:
        return _FULL_STOP.sub("", article.title)
    first = summary.lede or next(iter(summary.bullets), None)
    if first and len(first.text.split()) <= _HEADLINE_WORDS:
        return _FULL_STOP.sub("", first.text)
    return f"Untitled ({article.source})"


def _numbers(stories: Sequence[Story], texts: Mapping[str, str]) -> tuple[Callout, ...]:
    """The day's callouts, best first: at most four a story, and eight in all.

    A story's second number has to be a good deal better than another's first; a series is a picture,
    which is worth a number more.
    """
    ranked: list[tuple[float, int, int, Callout]] = []
    for place, story in enumerate(stories):
        telling = [c for c in story.callouts if c.salience >= _LEAST_SALIENCE]
        for rank, callout in enumerate(telling[:_NUMBERS_A_STORY]):
            later = -1 if callout.kind == "series" else rank
            ranked.append((later - callout.salience, place, rank, callout))
    ranked.sort(key=lambda item: item[:3])
    return merge_same([callout for *_, callout in ranked], texts)[:_NUMBERS]


def _warnings(made: Sequence[tuple[Article, Summary]]) -> tuple[str, ...]:
    return tuple(
        f"{article.source}: {warning}"
        for article, summary in made
        for warning in (*article.notes, *summary.warnings)
    )


def _day_of(article: Article) -> str:
    return article.published.date[:10] if article.published else ""


def _reverse(day: str) -> int:
    return -int(day.replace("-", "") or 0)
