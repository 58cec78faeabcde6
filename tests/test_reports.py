"""Long documents: nothing is cut off, and what is said once at the end can be the first bullet."""

from __future__ import annotations

import random

import pytest

from briefer.models.catalog import DEFAULT_MODEL, find_model
from briefer.models.contract import Extractor
from briefer.models.extractive import told_once
from briefer.models.runtime import load_model
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.summarizing import Models, Settings, summarize
from briefer.types import Summary

PLACES = "Harn Norrvik Tarn Melkhaus Skar Odde Lunde Nordby Vik Strand".split()
MONTHS = "January February March April May June July August September October".split()
ROUTINE = [
    "The depot at {place} was visited in {month} and its books were found in order.",
    "The staff of {place} had been told of the new rules for the storage of salt.",
    "In {month} the roof of the hall at {place} was repaired and the gutters were cleaned.",
    "It was noted that the lamps in the yard at {place} are switched on by hand.",
    "The records for {month} had been signed by the clerk on duty.",
    "They are kept in the office, where they can be seen on request.",
    "The fences around the yard at {place} are checked twice a year.",
    "No complaints were received from the neighbours of the depot at {place} in {month}.",
    "The next visit to {place} is planned for the coming year.",
]
FACTS = [
    "The cost of the depots rose by 38 percent to 4.2 billion crowns in 2025, the inspectors found.",
    "The inspectors recommend that the depot at Strand be closed, since 40 tonnes of salt could not be accounted for.",
]


def report(n_pages: int, fact: str) -> str:
    """Pages of about 500 words, and one more sentence."""
    rng = random.Random(7)  # noqa: S311  # a seed, so that the pages are always the same
    paragraphs = [
        " ".join(
            line.format(place=rng.choice(PLACES), month=rng.choice(MONTHS))
            for line in rng.sample(ROUTINE, 6)
        )
        for _ in range(n_pages * 6)
    ]
    return "Report of the inspectors of depots\n\n" + "\n\n".join([*paragraphs, fact]) + "\n"


@pytest.fixture(scope="module")
def model() -> Extractor:
    return load_model(find_model(DEFAULT_MODEL), "ctranslate2", print)


def summary_of(text: str, model: Extractor) -> Summary:
    settings = Settings(find_model(DEFAULT_MODEL), "ctranslate2", 3)
    return summarize(parse(Request("report.txt", "text", text.encode())), Models(model), settings)


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_on_the_last_of_fifty_pages_is_the_first_bullet(fact: str, model: Extractor) -> None:
    summary = summary_of(report(50, fact), model)
    assert summary.bullets[0].evidence[0].start > 0.99 * len(report(50, "")) - len(fact)
    assert fact.startswith(summary.bullets[0].text[:40])
    assert summary.lede is not None
    assert summary.lede.text == fact


def test_what_is_said_of_many_places_is_told_once_and_is_no_news() -> None:
    routine = [f"The depot at {place} was found in good order." for place in PLACES]
    news = ["The roof of one depot fell in.", "The clerk was hurt.", "The clerk was hurt."]
    assert told_once([*routine, *news]) == ([10, 11], [0])
    assert told_once(routine[:3]) == ([0, 1, 2], [])  # three of a kind are no routine yet
