"""Briefs that several tests render: that of the examples, an empty one, a hostile one, a very long one."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from briefer.brief import Brief, Colophon, Story
from briefer.briefing import make_brief
from briefer.models.catalog import find_model
from briefer.models.lead import LeadModel
from briefer.reading.sources import find_items
from briefer.reading.untrusted import read_items
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import (  # fmt: skip
    Article,
    Block,
    Bullet,
    Callout,
    Failure,
    Published,
    Span,
    article_id,
)

from .conftest import ROOT

HOSTILE = """<b>&"'{{x}}#panic()"""


@cache
def example_brief() -> Brief:
    """The examples' brief by the first sentences, so that no weights move its bytes."""
    settings = Settings(find_model("lead"), "ctranslate2", 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        items = find_items(["examples/day-1", "examples/day-2"])
        outcomes = list(summarize_all(read_items(items), lambda: Models(LeadModel()), settings))
    made = make_brief(outcomes, settings, title="Morning brief", date="2026-03-05", zone="UTC")
    # The version is not what these tests are about.
    colophon = msgspec.structs.replace(made.colophon, version="0")
    return msgspec.structs.replace(made, colophon=colophon)


@cache
def empty_brief() -> Brief:
    return Brief("Quiet day", "2026-03-05", "UTC", "en", (), (), (), (), colophon())


def colophon(text: str = "x", warnings: tuple[str, ...] = ()) -> Colophon:
    return Colophon("0", text, text, text, text, 3, 0, 0, warnings)


@cache
def hostile_brief() -> Brief:
    """A brief with a piece of every template language in each of its text fields."""
    words = f"{HOSTILE} sank 40 ships, {HOSTILE} said."
    text = f"{HOSTILE}\n\n{words}"
    start = text.index(words)
    sentence = Span(start, len(text))
    number = text.index("40")
    one = Article(
        article_id("s", None, text), f"{HOSTILE}.txt", text,
        (Block("title", Span(0, len(HOSTILE))), Block("paragraph", sentence)),
        title=f"Title {HOSTILE}", byline=f"Writer {HOSTILE}", published=Published("2026-03-04", "header"),
        notes=(f"note {HOSTILE}",),
    )  # fmt: skip
    bullet = Bullet(words, one.id, (sentence,), "verbatim")
    callout = Callout(
        one.id, Span(number, number + 8), Span(number, number + 2), None, sentence, None
    )
    story = Story("s1", f"Headline {HOSTILE}", (one.id,), (), 1, (bullet,), (callout,))
    failure = Failure(f"failed {HOSTILE}", f"what {HOSTILE}", f"hint {HOSTILE}", "SourceError")
    return Brief(
        f"Brief {HOSTILE}", "2026-03-05", f"Zone {HOSTILE}", "en", (story,), (callout,), (one,),
        (failure,), colophon(HOSTILE, (f"warning {HOSTILE}",)),
    )  # fmt: skip


@cache
def long_brief(n: int = 300) -> Brief:
    """The examples' brief with a story more, again and again, and as many sources."""
    brief = example_brief()
    texts = {article.id: article for article in brief.articles}
    told = [story for story in brief.stories if story.lede or story.bullets]
    stories, articles = list(brief.stories), list(brief.articles)
    for i in range(n - len(stories)):
        story = told[i % len(told)]
        old = texts[story.articles[0]]
        new = msgspec.structs.replace(
            old, id=f"{i:016x}", source=f"more/{i}.txt", title=f"{old.title} ({i})"
        )
        changed = [
            msgspec.structs.replace(b, article=new.id)
            for b in story.lines(whole=True)
            if b.article == old.id
        ][:1]
        stories.append(
            Story(f"more-{i}", f"{story.headline} ({i})", (new.id,), (), 1, tuple(changed), ())
        )
        articles.append(new)
    return msgspec.structs.replace(brief, stories=tuple(stories), articles=tuple(articles))
