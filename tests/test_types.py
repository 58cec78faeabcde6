"""Brief and JSON are the same thing; values are frozen; the schema describes what is written."""

from __future__ import annotations

import pickle
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer import errors
from briefer.brief import Brief, Colophon, Story, json_schema
from briefer.types import (  # fmt: skip
    Article,
    Block,
    Bullet,
    Callout,
    Failure,
    Published,
    Span,
    article_id,
    to_json,
)

WORDS = st.text(max_size=20)
SPANS = st.builds(Span, st.integers(0, 99), st.integers(0, 99))
BULLETS = st.builds(
    Bullet, WORDS, WORDS, st.lists(SPANS, max_size=2).map(tuple),
    st.sampled_from(["verbatim", "trimmed", "generated", "fallback"]),
    st.lists(WORDS, max_size=2).map(tuple),
)  # fmt: skip
CALLOUTS = st.builds(
    Callout, WORDS, SPANS, SPANS, st.none() | SPANS, SPANS,
    st.none() | st.decimals(allow_nan=False, allow_infinity=False).map(Decimal),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
ARTICLES = st.builds(
    Article, WORDS, WORDS, WORDS,
    st.lists(st.builds(Block, st.sampled_from(["title", "paragraph", "caption"]), SPANS), max_size=3).map(tuple),
    st.none() | WORDS, st.none() | WORDS,
    st.none() | st.builds(Published, WORDS, st.sampled_from(["given", "header"]), st.none() | SPANS),
)  # fmt: skip
STORIES = st.builds(
    Story, WORDS, WORDS, st.lists(WORDS, max_size=2).map(tuple), st.just(()), st.integers(0, 9),
    st.lists(BULLETS, max_size=2).map(tuple), st.lists(CALLOUTS, max_size=2).map(tuple),
)  # fmt: skip
COLOPHONS = st.builds(
    Colophon, WORDS, WORDS, WORDS, WORDS, WORDS, st.integers(), st.integers(), st.integers()
)
BRIEFS = st.builds(
    Brief, WORDS, WORDS, WORDS, WORDS, st.lists(STORIES, max_size=2).map(tuple),
    st.lists(CALLOUTS, max_size=2).map(tuple), st.lists(ARTICLES, max_size=2).map(tuple),
    st.lists(st.builds(Failure, WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple), COLOPHONS,
    st.none() | WORDS, st.none() | WORDS,
)  # fmt: skip


@given(BRIEFS)
def test_brief_to_json_and_back_is_the_identity(brief: Brief) -> None:
    data = to_json(brief)
    again = msgspec.json.decode(data, type=Brief)
    assert again == brief
    assert to_json(again) == data
    assert msgspec.json.decode(to_json(brief, indent=2), type=Brief) == brief


def test_values_are_frozen_and_unknown_fields_refused() -> None:
    span = Span(1, 2)
    with pytest.raises(AttributeError):
        span.start = 3  # type: ignore[misc]
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"kind": "title", "span": [0, 1], "mood": 1}', type=Block)


def test_the_schema_names_every_field_of_a_brief() -> None:
    schema = json_schema()
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    assert set(definitions["Brief"]["properties"]) == set(Brief.__struct_fields__)
    assert definitions["Span"]["type"] == "array"


def test_a_span_prints_its_words_with_plain_white_space() -> None:
    text = "an agency\u00a0 that\nruns"
    assert Span(0, len(text)).printed(text) == "an agency that runs"
    assert Span(3, 9).of(text) == "agency"
    assert Span(0, 5).holds(Span(1, 5))
    assert not Span(0, 5).holds(Span(4, 6))


def test_article_ids_do_not_mix_up_their_parts() -> None:
    assert article_id("a", "b", "c") != article_id("a", "bc", "")
    assert len(article_id("a", None, "\ud800")) == 16


ERRORS = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_survive_pickling_and_say_what_where_and_what_to_do(
    kind: type[errors.BrieferError],
) -> None:
    error = kind("the file is empty", where="a.txt", hint="Fill it")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "a.txt: the file is empty. Fill it."
    assert type(again) is kind
    assert str(kind("nothing known")) == "nothing known."
