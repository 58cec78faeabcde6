"""Bullets that a model writes: what holds is kept, what does not is replaced, and both are said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from briefer.brief import Brief
from briefer.briefing import make_brief
from briefer.errors import GateError
from briefer.models.catalog import DEFAULT_MODEL, find_model
from briefer.models.contract import Passage, Written
from briefer.models.lead import LeadModel
from briefer.models.writing import Seq2SeqWriter
from briefer.pipeline import render_all
from briefer.reading.sources import Item
from briefer.reading.untrusted import read_items
from briefer.rendering import pass_gate
from briefer.rendering.look import Look
from briefer.summarizing import Models, Settings, summarize, summarize_all
from briefer.types import Article, Outcome, Summary

from .scripted import Echo, Scripted

TEXT = """Ferry crews vote to strike

HARN, 4 March 2026 - Ferry crews have voted to stop work from 16 March, their union said on Tuesday.

The walkout would halt all nine routes between Harn and the islands.

Sealink carried about 1.9 million passengers last year, 6 percent fewer than in 2019.

The company has not said whether it will run buses, and it may ask a court to stop the strike.
"""


def read(text: str = TEXT, name: str = "ferry.txt") -> Article:
    (outcome,) = read_items([Item(name, "text", text.encode())])
    assert outcome.article
    return outcome.article


def settings(n: int = 3) -> Settings:
    entry = find_model("lead")
    return Settings(entry, "ctranslate2", n, fallback=find_model(DEFAULT_MODEL))


def written(*bullets: str, n: int = 3, named: Sequence[int] = ()) -> Summary:
    answer = [Written(text, tuple(named)) for text in bullets]
    models = Models(LeadModel(), writer=Scripted(lambda _: answer))
    return summarize(read(), models, settings(n))


def test_what_the_source_bears_out_is_kept_with_its_evidence() -> None:
    summary = written("Ferry crews voted to stop work from 16 March, their union said.")
    (bullet,) = summary.bullets
    assert bullet.status == "generated"
    assert bullet.checks == ("grounded",)
    article = read()
    assert "voted to stop work from 16 March" in bullet.evidence[0].of(article.text)
    assert (summary.refused, summary.lede) == (0, None)


@pytest.mark.parametrize(
    "bullet",
    [
        "Ferry crews voted to stop work from 17 March, their union said.",  # a number
        "Ferry crews in Norrvik voted to stop work from 16 March, their union said.",  # a name
        "Sealink carried 1.9 million passengers last year, 6 percent fewer than in 2019.",  # "about"
        "Sealink carried about 1.9 million passengers last year, 6 percent more than in 2019.",
        "The company has said whether it will run buses.",  # "not"
        "The company will ask a court to stop the strike.",  # "may"
        "Ferry crews have voted to stop work from 16 March.",  # who says so
        "We carried about 1.9 million passengers last year, 6 percent fewer than in 2019.",
        "The walkout would halt all nine routes between Harn and",  # broken off
        "The walkout would halt all nine routes \x07 between Harn and the islands.",
        "The walkout would halt all nine routes between H\ufffd\ufffdn and the islands.",
        " ".join(["The walkout would halt all nine routes."] * 1500),
        "Halt. halt. halt.",
        "Ferry crews " + "have voted to stop work from 16 March, " * 30 + "their union said.",
        "",
    ],
)
def test_what_it_does_not_is_replaced_by_its_own_words_and_counted(bullet: str) -> None:
    summary = written(bullet, n=1)
    assert summary.refused == 1
    (fallback,) = summary.bullets
    assert fallback.status == "fallback"
    assert fallback.text.startswith("Ferry crews have voted to stop work from 16 March")


def test_where_nothing_holds_the_article_is_told_as_without_the_model() -> None:
    summary = written("Norrvik has won the cup for the third time.", n=3)
    assert [bullet.status for bullet in summary.bullets] == ["fallback"] * 3
    assert summary.refused == 1


def test_nothing_written_gives_the_sources_own_words() -> None:
    summary = written(n=2)
    assert [bullet.status for bullet in summary.bullets] == ["fallback", "fallback"]
    assert summary.refused == 1


def test_a_model_that_repeats_itself_is_heard_once() -> None:
    twice = "The walkout would halt all nine routes between Harn and the islands."
    summary = written(twice, twice.replace("The walkout", "A walkout"), twice)
    assert [bullet.text for bullet in summary.bullets] == [twice]


def test_a_replacement_says_nothing_that_is_said_already() -> None:
    good = "Ferry crews have voted to stop work from 16 March, their union said on Tuesday."
    summary = written(good, "Norrvik has won the cup for the third time.", n=2)
    assert [bullet.status for bullet in summary.bullets] == ["generated", "fallback"]
    assert not set(summary.bullets[0].evidence) & set(summary.bullets[1].evidence)


def test_sentences_that_the_model_names_are_the_evidence_if_they_bear_it_out() -> None:
    article = read()
    right = written("The walkout would halt all nine routes between Harn and the islands.", named=[1])  # fmt: skip
    (span,) = right.bullets[0].evidence
    assert span.of(article.text).startswith("The walkout")
    wrong = written("The walkout would halt all nine routes between Harn and the islands.", named=[2, 99])  # fmt: skip
    assert any(s.of(article.text).startswith("The walkout") for s in wrong.bullets[0].evidence)


def test_what_is_said_in_a_transcript_needs_its_speaker() -> None:
    text = "Hearing on the ferries\n\nCHAIR: How many were lost?\n\nANNA BERG: We lost 40 of the 300 jobs on the outer routes.\n\nCHAIR: Will you get them back?\n\nANNA BERG: The board decides on that in May.\n"  # fmt: skip
    article = read(text, "hearing.txt")
    for bullet, status in (
        ("The board decides on that in May.", "fallback"),
        ("Anna Berg said the board decides on that in May.", "generated"),
    ):
        answer = [Written(bullet)]
        models = Models(LeadModel(), writer=Scripted(partial(_always, answer)))
        summary = summarize(article, models, settings(1))
        assert [b.status for b in summary.bullets] == [status]


def _always(answer: list[Written], passage: Passage) -> list[Written]:
    del passage
    return answer


def brief_of(summary: Summary) -> Brief:
    entry = find_model("lead")
    told = Settings(entry, "ctranslate2", 3, fallback=find_model(DEFAULT_MODEL))
    return make_brief([Outcome("ferry.txt", read(), summary)], told, title="Brief", date="2026-03-05", zone="UTC")  # fmt: skip


@pytest.mark.parametrize("name", ["html", "pdf", "eml", "md", "txt"])
def test_every_format_says_whose_words_they_are_and_the_gate_sees_to_it(name: str) -> None:
    summary = written(
        "Ferry crews voted to stop work from 16 March, their union said.",
        "Norrvik has won the cup for the third time.",
        n=2,
    )
    brief = brief_of(summary)
    rendered = render_all(brief, [name], Look())[name]
    if name not in {"pdf", "eml"}:  # compressed or encoded
        assert rendered.data.decode().count("model’s words") >= 1
        unmarked = rendered.data.replace("model’s words".encode(), b"", 1)
        with pytest.raises(GateError, match="is in a model's words, and nothing says so"):
            pass_gate(name, unmarked, brief, Look())
        changed = rendered.data.replace(b"crews voted to stop", b"crews refused to stop", 1)
        with pytest.raises(GateError):
            pass_gate(name, changed, brief, Look())


def test_the_gate_refuses_a_written_line_that_its_sentences_do_not_bear_out() -> None:
    import msgspec

    summary = written("Ferry crews voted to stop work from 16 March, their union said.")
    (bullet,) = summary.bullets
    forged = msgspec.structs.replace(bullet, text=bullet.text.replace("16", "17"))
    with pytest.raises(GateError, match="not borne out by its sentences"):
        render_all(brief_of(msgspec.structs.replace(summary, bullets=(forged,))), ["txt"], Look())


def test_articles_are_written_of_together_and_one_fault_costs_one() -> None:
    def answer(passage: Passage) -> list[Written]:
        if "cursed" in passage.sentences[0]:
            raise RuntimeError("the model fell over")
        return [Written(passage.sentences[0])]

    entry = find_model(DEFAULT_MODEL)
    from msgspec.structs import replace

    told = replace(settings(1), model=replace(entry, kind="seq2seq"))
    texts = [TEXT, TEXT.replace("Ferry crews have", "The cursed ferry crews have"), TEXT + "\nMore was not said by anybody at all."]  # fmt: skip
    outcomes = [Outcome(f"{i}", read(text, f"{i}.txt")) for i, text in enumerate(texts)]
    writer = Scripted(answer)
    found = list(summarize_all(outcomes, lambda: Models(LeadModel(), writer=writer), told))
    assert [outcome.failure is None for outcome in found] == [True, False, True]
    assert [outcome.source for outcome in found] == ["0", "1", "2"]
    assert writer.asked[0] == 3


class TestMapAndMerge:
    def test_a_text_over_the_window_is_read_in_chunks_and_merged(self) -> None:
        sentences = tuple(f"Sentence number {i} says so." for i in range(40))
        generator = Echo(max_tokens=25, n_words=5)
        (bullets,) = Seq2SeqWriter(generator).write([Passage(None, sentences)], 3)
        assert [b.text for b in bullets] == ["Sentence number 0 says so."]
        # All of it was read, the last sentence too.
        assert "Sentence number 39 says so." in " ".join(generator.prompts)

    def test_a_short_text_is_asked_once(self) -> None:
        generator = Echo(max_tokens=25, n_words=10)
        texts = [Passage(None, ("One two three four five.", "Six seven eight nine ten.")), Passage(None, ())]  # fmt: skip
        bullets = Seq2SeqWriter(generator).write(texts, 3)
        assert [[b.text for b in some] for some in bullets] == [
            ["One two three four five.", "Six seven eight nine ten."],
            [],
        ]
        assert len(generator.prompts) == 1

    def test_a_model_that_shortens_nothing_comes_to_an_end(self) -> None:
        sentences = tuple(f"Sentence number {i} says so." for i in range(40))
        generator = Echo(max_tokens=25, n_words=10_000)
        (bullets,) = Seq2SeqWriter(generator).write([Passage(None, sentences)], 3)
        assert len(bullets) == 40


def test_a_model_that_names_every_sentence_has_said_nothing() -> None:
    lines = [
        f"Ship number {i} sailed from Harn with {100 + i} people on board." for i in range(7, 47)
    ]
    article = read("Ships of the day\n\n" + "\n\n".join(lines) + "\n", "ships.txt")
    every = tuple(range(len(lines)))
    for bullet, status in ((lines[3], "generated"), (lines[3].replace("110", "120"), "fallback")):
        models = Models(LeadModel(), writer=Scripted(partial(_always, [Written(bullet, every)])))
        (found,) = summarize(article, models, settings(1)).bullets
        assert found.status == status
        assert len(found.evidence) <= 3


@pytest.mark.parametrize(
    ("sentence", "is_kept"),
    [
        ("The ministry closed the road I-95 near Harn for nine days.", True),
        ("The choir sang a song named You & Me before the town hall.", True),
        ("The theatre shows the play Our Town until the end of March.", True),
        ("Our theatre shows a play until the end of March.", False),
        ("The theatre shows what I like until the end of March.", False),
        ("The theatre is full; We show a play until the end of March.", False),
    ],
)
def test_a_title_is_nobodys_own_voice(sentence: str, is_kept: bool) -> None:
    answer = [Written(sentence, ())]
    models = Models(LeadModel(), writer=Scripted(lambda _: answer))
    summary = summarize(read(f"{TEXT}\n{sentence}\n"), models, settings())
    assert any(b.status == "generated" for b in summary.bullets) is is_kept
