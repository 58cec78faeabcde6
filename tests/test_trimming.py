"""Bullets shortened by leaving words out: what may go, what never goes, and that nothing is added."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.drafting import Drafts
from briefer.grounding import passed_checks
from briefer.syntax import Parser
from briefer.trimming import count_words, joined, trim
from briefer.types import Article, Block, Bullet, Sentence, Span

from .conftest import CASES

LINES = [
    line.rstrip("\n").split(" => ")
    for line in (CASES / "trimming.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
WHOLE = [
    # numbers, negations, hedges and conditions stay
    "The port of Harn, which lost 400 jobs last spring, will open a second quay and a cold store for the fruit ships that call there every single week.",
    "The port of Harn, which does not take tankers, will open a second quay and a cold store for the fruit ships that call there every single week.",
    "The port of Harn, which may be sold, will open a second quay and a cold store for the fruit ships that call there every single week of the year.",
    "The port of Harn, which is yet to be sold, will open a second quay and a cold store for the fruit ships that call there every single week.",
    # the members of a list, and who it is that says so when that is a pronoun
    "The ministry of transport wants new rules for ports, ferries and barges on all of the rivers and lakes of the country before the summer comes.",
    "The quay will open when the cranes have come and the last of the old sheds on the north side of the harbour has been torn down, she said.",
    "Speaking at the new pier in Nordby, Velland earlier in the day, the mayor of Harn promised a second quay and a cold store for the fruit ships there.",
    "The ferry company of the islands, once a part of the state railway, announced the sale of its old boats to a group of investors from the mainland.",
    "The ferry company and its founder, Tora Lie, are to be honoured by the islanders in the spring with a dinner, a speech and a plaque of brass on the quay.",
    "The plan, called “Way Out”, the work of its chairman, Odd Lund, is to sell the old boats to investors from the mainland and to build better ones at home.",
    "As a result of the old chairman's long illness, his seat on the board is to be given to the union of the dockers until the summer or longer.",
    "With the exception of the outer islands, the ferries of the company are to call at all of the ports of the coast every day of the week.",
    "The second quay and the cold store for the fruit ships that call there each week are to cost the port of Harn $70 million (NZD) in all.",
    # a list
    "Before she left the post of minister on Wednesday, Tora Lie had been in charge of a large body of duties of state including race, policing and immigration.",
    # short enough
    "The port of Harn, which Cellvik owns, will open a second quay.",
    # a quotation is left as it was said
    "“The quay will open when the cranes have come, which is late, and the last of the old sheds on the north side of the harbour has been torn down.”",
]


def drafts_of(article: Article, parser: Parser | None = None) -> Drafts:
    return Drafts(article, [Sentence(Span(0, len(article.text)), 0, 0)], parser)


def shortened(article: Article, parser: Parser | None = None) -> Bullet | None:
    drafts = drafts_of(article, parser)
    drafts.shorten([0])
    return drafts.short[0] if drafts.short[0].status == "trimmed" else None


def article_of(text: str) -> Article:
    return Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="en")


@pytest.mark.parametrize(("sentence", "expected"), LINES)
def test_what_a_bullet_is_told_without(sentence: str, expected: str) -> None:
    bullet = shortened(article_of(sentence))
    assert bullet is not None
    assert bullet.printed(sentence) == expected
    assert passed_checks(bullet, article_of(sentence)) == ("trimmed",)


@pytest.mark.parametrize("sentence", WHOLE)
def test_in_doubt_nothing_goes(sentence: str) -> None:
    assert trim(sentence, Span(0, len(sentence))).parts == (Span(0, len(sentence)),)


def test_another_language_stays_whole() -> None:
    text = "However, der Hafen bleibt."
    article = msgspec.structs.replace(article_of(text), language="de")
    assert shortened(article) is None


SENTENCE = "The port of Harn, which Cellvik owns, said it may not open 12 quays."


@pytest.mark.parametrize(
    ("sentence", "gap", "speaker"),
    [
        # a name out of the words left out, that says nothing
        ("The port of Harn, which Cellvik owns, will open a second quay.", ", which Cellvik owns,", "Cellvik"),
        # who says it is gone
        ("The port of Harn will open a second quay, experts say.", ", experts say", None),
        ("The port of Harn will open a second quay, Tora Lie believes.", ", Tora Lie believes", None),
        ("As the union noted, the port of Harn will open a second quay.", "As the union noted, ", None),
    ],
)  # fmt: skip
def test_who_says_it_is_neither_lost_nor_made_up(
    sentence: str, gap: str, speaker: str | None
) -> None:
    at = sentence.index(gap)
    cut = [Span(0, at), Span(at + len(gap), len(sentence))]
    parts = tuple(part for part in cut if part.start < part.end)
    who = Span(sentence.index(speaker), sentence.index(speaker) + len(speaker)) if speaker else None
    whole = Span(0, len(sentence))
    bullet = Bullet(joined(sentence, parts), "a", (whole,), "trimmed", parts=parts, speaker=who)
    assert passed_checks(bullet, article_of(sentence)) == ()


@pytest.mark.parametrize("lost", ["12 ", "not ", "may ", "said "])
def test_a_bullet_that_loses_what_matters_is_refused(lost: str) -> None:
    at = SENTENCE.index(lost)
    parts = (Span(0, at), Span(at + len(lost), len(SENTENCE)))
    article = article_of(SENTENCE)
    bullet = shortened(article_of("However, it rained."))
    assert bullet is not None
    forged = msgspec.structs.replace(
        bullet, text=joined(SENTENCE, parts), evidence=(Span(0, len(SENTENCE)),), parts=parts
    )
    assert passed_checks(forged, article) == ()


def test_a_bullet_with_another_word_is_refused() -> None:
    text = "However, the port opened."
    bullet = shortened(article_of(text))
    assert bullet is not None
    assert passed_checks(bullet, article_of(text)) == ("trimmed",)
    other = msgspec.structs.replace(bullet, text="The port closed.")
    assert passed_checks(other, article_of(text)) == ()


words = st.sampled_from(
    "the a port Harn said which who , , . ( ) – and not may 12 about of in as after while ministry opened that “ ” However".split()
)


@given(st.lists(words, min_size=1, max_size=60))
def test_whatever_goes_the_rest_is_the_sentences_own_in_its_order(tokens: list[str]) -> None:
    text = " ".join(tokens)
    sentence = Span(0, len(text))
    trimmed = trim(text, sentence)
    left = iter(text.lower())
    assert all(letter in left for letter in joined(text, trimmed.parts).lower() if letter != " ")
    assert count_words(text, trimmed.parts) <= count_words(text, (sentence,))
    kept = "".join(part.of(text) for part in trimmed.parts).split()
    for word in ("12", "not", "may", "about"):
        assert kept.count(word) == tokens.count(word)


def test_only_one_can_stand_behind_a_bullet() -> None:
    text = (
        "According to the ministry of transport, the port of Harn will open a second quay and a cold store "
        "for all of the fruit ships that call there every single week, the port company said."
    )
    bullet = shortened(article_of(text))
    if bullet is not None:  # one of the two is left in the bullet
        assert ("according" in bullet.text.lower()) or ("said" in bullet.text)
    cut = text.index(", the port company"), len(text) - 1
    forged = Bullet(
        joined(text, (Span(40, cut[0]), Span(cut[1], len(text)))), "a", (Span(0, len(text)),), "trimmed",
        parts=(Span(40, cut[0]), Span(cut[1], len(text))), speaker=Span(13, 38),
    )  # fmt: skip
    assert passed_checks(forged, article_of(text)) == ()


def test_a_name_keeps_its_small_letter_and_marks_without_spaces_are_left_alone() -> None:
    text = "However, iHarn opened."
    assert joined(text, trim(text, Span(0, len(text))).parts) == "iHarn opened."
    glued = "The port—long the pride of the coast—will open a second quay and a cold store for all of the fruit ships that call there every single week."
    assert trim(glued, Span(0, len(glued))).parts == (Span(0, len(glued)),)


def test_a_run_of_brackets_is_settled_at_once() -> None:
    text = "The port " + "(of ships) " * 180 + "opened."
    assert (
        count_words(text, trim(text, Span(0, len(text))).parts) > 300
    )  # cuts of three will not do
    long = "The port " + "(AB) " * 20_000 + "opened."
    assert trim(long, Span(0, len(long))).parts == (Span(0, len(long)),)


SAID = "The port of Harn will open a second quay and a cold store for the fruit ships that call there every week, the ministry of transport said on Tuesday."


def test_a_lede_keeps_who_says_it_where_it_stands() -> None:
    lede = drafts_of(article_of(SAID)).lede(0)
    assert lede is not None
    assert lede.text == SAID
    assert lede.speaker is None
    longer = SAID.replace("Harn will", "Harn, which belongs to the battery maker Cellvik, will")
    lede = drafts_of(article_of(longer)).lede(0)
    assert lede is not None
    assert lede.text == SAID


def test_a_lede_of_more_than_thirty_words_is_none() -> None:
    long = SAID.replace(
        "fruit ships", "very large ships with fruit, meat and fish from all of the islands"
    )
    assert drafts_of(article_of(long)).lede(0) is None
