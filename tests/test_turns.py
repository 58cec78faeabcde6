"""Transcripts: who speaks stands behind what is said, and in front of nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from briefer.drafting import Drafts
from briefer.grounding import passed_checks
from briefer.models.lead import fitness
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.segmenting import split_sentences
from briefer.turns import turns_of
from briefer.types import Article, Bullet

from .conftest import Run

HEARING = """Hearing of the transport committee on the island ferries

CHAIR: Welcome to the hearing. We will hear from the company first and then from the union.

OSKAR BRANDVOLD: Thank you, chair. We lost 62 million crowns on the outer routes. Without new money we would have to close two of them by October.

The fuel bill alone rose by a third in three years.

CHAIR: Which two would that be?

TORA LIE (union): May I answer that? The union offered a freeze of wages until 2028 if the night allowances stay as they are.
"""


def article_of(text: str) -> Article:
    return parse(Request("hearing.txt", "text", text.encode()))


def drafts_of(text: str) -> Drafts:
    article = article_of(text)
    return Drafts(article, split_sentences(article))


def test_each_sentence_of_a_turn_has_its_speaker() -> None:
    article = article_of(HEARING)
    printed = [bullet.printed(article.text) for bullet in drafts_of(HEARING).whole]
    assert printed == [
        "Welcome to the hearing — CHAIR",
        "We will hear from the company first and then from the union — CHAIR",
        "Thank you, chair — OSKAR BRANDVOLD",
        "We lost 62 million crowns on the outer routes — OSKAR BRANDVOLD",
        "Without new money we would have to close two of them by October — OSKAR BRANDVOLD",
        "The fuel bill alone rose by a third in three years — OSKAR BRANDVOLD",
        "Which two would that be? — CHAIR",
        "May I answer that? — TORA LIE",
        "The union offered a freeze of wages until 2028 if the night allowances stay as they are — TORA LIE",
    ]


def test_times_before_the_names_go_with_them() -> None:
    timed = re.sub(r"^(?=[A-Z ]+(?: \(union\))?:)", "[00:12:03] ", HEARING, flags=re.MULTILINE)
    told = [bullet.text for bullet in drafts_of(timed).whole]
    assert set(told) <= {bullet.text for bullet in drafts_of(HEARING).whole}
    assert all(passed_checks(bullet, article_of(timed)) for bullet in drafts_of(timed).whole)
    assert len(told) >= 8


def test_a_name_may_hold_a_number() -> None:
    text = HEARING.replace("OSKAR BRANDVOLD", "Speaker 1").replace("CHAIR", "Speaker 2")
    article, drafts = article_of(text), drafts_of(text)
    assert drafts.whole[3].printed(text).endswith(" — Speaker 1")
    assert all(passed_checks(bullet, article) for bullet in drafts.short)


@pytest.mark.parametrize(
    "text",
    [
        # labels of paragraphs that nobody speaks
        "Ferry talks\n\nBackground: The crews have been without a contract since May.\n\nNext: The mediator meets both sides.\n\nCosts: The strike costs the islands two million crowns a day.",
        "Ferry talks\n\nBrandvold: We lost money.\n\nThe crews have been without a contract.\n\nThe mediator meets both sides.\n\nThe strike costs two million.\n\nBrandvold: We tried.\n\nThe end is near for them.",
        "Ferry talks\n\nThe crews voted on Tuesday: 412 were for a strike.",
        # labels that come again, and speak no more than the others
        "Notes of the day\n\nNote: The ferry leaves the port of Harn at dawn on Monday.\n\nNote: Crews load timber on the southern quay of the port.\n\nNote: The mayor of Norrvik opens the second school on the island.",
        "Questions to the engineer\n\nQuestion: Does the new wall frighten anybody?\n\nAnswer: It should frighten everybody in the town.\n\nQuestion: Then why is it built?\n\nAnswer: Because people live behind it.",
        "",
    ],
)
def test_what_is_no_transcript_has_no_turns(text: str) -> None:
    assert turns_of(article_of(text or "One sentence.")) == {}


def test_every_bullet_of_a_turn_passes_and_a_false_speaker_does_not() -> None:
    article = article_of(HEARING)
    drafts = drafts_of(HEARING)
    assert all(passed_checks(bullet, article) for bullet in (*drafts.whole, *drafts.short))
    chair, brandvold = drafts.whole[1].speaker, drafts.whole[3].speaker
    assert chair != brandvold
    for i in (2, 3, 5):  # behind the name, later in the turn, in its next paragraph
        forged = msgspec.structs.replace(drafts.whole[i], speaker=chair)
        assert passed_checks(forged, article) == ()
    # Without its speaker it is nobody's "we"; with the name before it, it names one itself.
    nameless = [msgspec.structs.replace(bullet, speaker=None) for bullet in drafts.whole]
    assert not any(passed_checks(bullet, article) for bullet in nameless)
    named = article.text[slice(drafts.whole[0].evidence[0].start, drafts.whole[0].evidence[0].end)]
    quoted = Bullet(named, article.id, drafts.whole[0].evidence, "verbatim")
    assert quoted.text.startswith("CHAIR: ")
    assert passed_checks(quoted, article) == ("verbatim",)
    plain = article_of("Talks\n\nBrandvold met the crews. They left.")
    (first, _) = Drafts(plain, split_sentences(plain)).whole
    forged = msgspec.structs.replace(first, speaker=msgspec.structs.replace(first.evidence[0], end=first.evidence[0].start + 9))  # fmt: skip
    assert passed_checks(forged, plain) == ()


def test_we_is_somebody_where_the_speaker_is_printed() -> None:
    assert fitness("We lost money on all of the routes.", voiced=True) == 0
    assert fitness("We lost money on all of the routes.") < 0
    assert fitness("You lost money on all of the routes.", voiced=True) < 0
    assert fitness("Thank you for having me on the show today.", voiced=True) < 0
    assert fitness("Because they lost money on all routes.") < fitness("Because they lost money, two routes close.")  # fmt: skip


def test_a_transcript_end_to_end(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hearing.txt"
    path.write_text(HEARING)
    (row,) = map(json.loads, run("summarize", path, "--json").stdout.splitlines())
    said = [(b["text"], HEARING[slice(*b["speaker"])]) for b in row["bullets"]]
    two = ("Without new money we would have to close two of them by October.", "OSKAR BRANDVOLD")
    assert two in said
    assert not any(text.startswith(("Thank", "Welcome", "May I")) for text, _ in said)
    crowns = next(c for c in row["callouts"] if "crowns" in c["text"])
    assert crowns["attribution"]["text"] == "OSKAR BRANDVOLD"
    assert run("make", path, "-o", tmp_path / "out", "-f", "html,txt,eml,md").returncode == 0
    text = (tmp_path / "out" / "brief.txt").read_text()
    assert "close two of them by October — OSKAR" in " ".join(text.split())


@pytest.mark.parametrize(
    "labels",
    [("Claim", "Verdict"), ("Motion", "Decision"), ("Northern Velland", "Southern Velland")],
)
def test_labels_of_a_list_are_nobody(labels: tuple[str, str]) -> None:
    lines = [
        f"{labels[i % 2]}: The government closed {31 + i} stations in the north of the country last year."
        for i in range(6)
    ]
    article = parse(Request("a.txt", "text", "\n\n".join(["Stations", *lines]).encode()))
    assert turns_of(article) == {}


def test_a_narrator_is_not_the_last_speaker() -> None:
    turns = [
        f"{name}: We lost {30 + i} million crowns, and I cannot say when that will end."
        for i, name in enumerate(["ANNA BERG", "TORA LIE"] * 3)
    ]
    end = "The committee rejected the sale of the two ships by 7 votes to 4 and adjourned."
    article = parse(Request("a.txt", "text", "\n\n".join(["Hearing", *turns, end]).encode()))
    found = turns_of(article)
    assert len(found) == 6
    assert not any(end in article.body()[i].of(article.text) for i in found)
