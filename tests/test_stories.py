"""Copies of one report are found whatever their headlines; the brief ranks and lists."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from briefer.briefing import headline_of, make_brief
from briefer.models.catalog import find_model
from briefer.models.lead import LeadModel
from briefer.reading.sources import find_items
from briefer.reading.untrusted import read_items
from briefer.stories import group_copies
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import Article, Block, Bullet, Outcome, Published, Span, Summary

from .conftest import EXAMPLES


def article(name: str, text: str, day: str | None = None) -> Article:
    published = Published(day, "given") if day else None
    return Article(name, name, text, (Block("paragraph", Span(0, len(text))),), published=published)


REPORT = " ".join(f"word{n}" for n in range(60))


def outcomes_of(*names: str) -> list[Outcome]:
    settings = settings_of(2)
    read = read_items(find_items([str(EXAMPLES / name) for name in names]))
    return list(summarize_all(read, lambda: Models(LeadModel()), settings))


def settings_of(n_bullets: int) -> Settings:
    return Settings(find_model("lead"), "ctranslate2", n_bullets)


def ids(groups: Sequence[Sequence[int]]) -> list[list[int]]:
    return [list(group) for group in groups]


def test_copies_are_found_and_the_earliest_leads() -> None:
    articles = [
        article("late", REPORT, "2026-03-04"),
        article("other", " ".join(f"else{n}" for n in range(60)), "2026-03-03"),
        article("early", "Another opening. " + REPORT, "2026-03-03"),
        article("undated", REPORT[:300]),
    ]
    assert ids(group_copies(articles)) == [[2, 0, 3], [1]]


def test_any_number_of_copies_is_one_report() -> None:
    articles = [article(f"a{n}", REPORT) for n in range(120)]
    assert [len(group) for group in group_copies(articles)] == [120]


def test_a_shared_closing_sentence_makes_no_copies() -> None:
    closing = " This report was written with the help of the national centre for local journalism and its readers."
    one = article("a", " ".join(f"one{n}" for n in range(60)) + closing)
    two = article("b", " ".join(f"two{n}" for n in range(60)) + closing)
    assert ids(group_copies([one, two, article("stub", closing)])) == [[0], [1], [2]]


def test_two_reports_of_one_event_are_no_copies() -> None:
    one = article(
        "a", "The port handled 8.6 million tonnes of cargo in 2025, a record, the company said."
    )
    two = article(
        "b", "Cargo at the port reached a record of 8.6 million tonnes in 2025, it said on Monday."
    )
    assert ids(group_copies([one, two])) == [[0], [1]]


def test_empty_texts_are_no_copies_of_each_other() -> None:
    assert ids(group_copies([article("a", "x"), article("b", "x")])) == [[0], [1]]


def test_the_examples_wire_copies_are_one_story() -> None:
    outcomes = outcomes_of(
        "day-1/ferry-strike.txt", "day-1/hospital-waiting.txt", "day-1/ferry-strike-wire.txt"
    )
    brief = make_brief(outcomes, settings_of(2), title="T", date="2026-03-05", zone="UTC")
    assert [len(story.articles) for story in brief.stories] == [2, 1]
    assert len(brief.stories[0].copies) == 1
    assert brief.stories[0].independent == 1
    assert (
        brief.stories[0].headline == "Ferry crews on Velland islands vote to strike from 16 March"
    )


def test_the_colophon_names_every_model_and_its_files() -> None:
    reader, parser = find_model("figure-reader"), find_model("sentence-parser")
    settings = msgspec.structs.replace(settings_of(2), figures=reader, syntax=parser)
    outcomes = outcomes_of("day-1/ferry-strike.txt")
    colophon = make_brief(outcomes, settings, title="T", date="2026-03-05", zone="UTC").colophon
    assert colophon.fingerprint == ""  # the first sentences need no files
    assert [(h.name, h.fingerprint) for h in colophon.helpers] == [
        ("figure-reader", reader.fingerprint),
        ("sentence-parser", parser.fingerprint),
    ]
    other = msgspec.structs.replace(reader, sha256=reader.sha256 | {"config.json": "0" * 64})
    assert other.fingerprint != reader.fingerprint


def test_a_brief_says_what_failed_and_what_it_covers() -> None:
    outcomes = outcomes_of("day-1", "day-2")
    brief = make_brief(outcomes, settings_of(2), title="T", date="2026-03-05", zone="UTC")
    assert [f.source.rsplit("/", 1)[1] for f in brief.failures] == ["empty.txt", "logo.png"]
    assert (brief.first_day, brief.last_day) == ("2026-03-03", "2026-03-04")
    assert brief.colophon.model == "lead"
    assert brief.colophon.bullets_refused == 0
    assert all(len(story.bullets) <= 2 for story in brief.stories)


def test_a_story_tells_its_lede_once_and_a_long_one_has_none() -> None:
    brief = make_brief(
        outcomes_of("day-2", "day-1/ferry-strike.txt"), settings_of(3), title="T", date="2026-03-05", zone="UTC",
    )  # fmt: skip
    by_headline = {story.headline: story for story in brief.stories}
    port = by_headline["Harnmouth port handles record volume"]
    assert port.lede is not None
    assert port.lede.text.endswith("the port company said.")
    assert port.lede.evidence not in [bullet.evidence for bullet in port.bullets]
    assert port.lines(whole=False) == (port.lede,)
    ferry = by_headline["Ferry crews on Velland islands vote to strike from 16 March"]
    assert ferry.lede is None  # 37 words
    assert ferry.lines(whole=True) == ferry.bullets


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Harn opens a second quay.", "Harn opens a second quay"),
        ("Harn ships more to the U.S.", "Harn ships more to the U.S."),
        ("Harn waits, and waits...", "Harn waits, and waits..."),
        (None, "The port opened a second quay"),
    ],
)
def test_a_headline_is_the_articles_own_without_its_full_stop(
    title: str | None, headline: str
) -> None:
    lede = Bullet("The port opened a second quay.", "a", (Span(0, 30),), "verbatim")
    told = msgspec.structs.replace(article("a", lede.text), title=title)
    assert headline_of(told, Summary("a", "lead", (lede,), (), lede)) == headline


def test_the_same_source_named_twice_is_one_source() -> None:
    outcomes = outcomes_of("day-1/unemployment.md", "day-1/unemployment.md")
    brief = make_brief(outcomes, settings_of(2), title="T", date="2026-03-05", zone="UTC")
    assert len(brief.articles) == len(brief.stories) == 1


def test_numbers_come_from_several_stories_and_a_series_is_one_of_them() -> None:
    outcomes = outcomes_of("day-1", "day-2")
    brief = make_brief(outcomes, settings_of(2), title="T", date="2026-03-05", zone="UTC")
    texts = {a.id: a.text for a in brief.articles}
    (series,) = (c for c in brief.numbers if c.kind == "series")
    text = texts[series.article]
    assert [(p.figure.of(text), p.period.span.of(text)) for p in series.points] == [
        ("8.4 percent", "2022"), ("7.2 percent", "2023"), ("6.0 percent", "2024"), ("5.1 percent", "2025"),
    ]  # fmt: skip
    assert len(brief.numbers) == 8
    assert len({c.article for c in brief.numbers}) >= 5


def test_an_article_without_a_title_still_has_a_headline() -> None:
    untitled = article("notes.txt", REPORT)
    empty = Summary("x", "lead", (), ())
    assert headline_of(untitled, empty) == "Untitled (notes.txt)"
