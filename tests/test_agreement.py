"""One figure from several articles is one callout; differing figures are a dispute, side by side."""

from __future__ import annotations

import pytest

from briefer.brief import Brief
from briefer.briefing import make_brief
from briefer.models.catalog import find_model
from briefer.models.lead import LeadModel
from briefer.pipeline import render_all
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.rendering.look import Look
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import Outcome

HEAD = "{title}\n\n5 March 2026\n\n"
BOARD = "The number of patients on the waiting list in Norrvik was 41,300 in February, the health board said. It publishes the list each month."
UNION = "Surgeons count otherwise. In Norrvik the number of patients on the waiting list was {n} in February, their union said on Wednesday."


def brief_of(*texts: str) -> Brief:
    outcomes = []
    for i, text in enumerate(texts):
        whole = HEAD.format(title=f"Report number {'abc'[i]} of the day") + text + "\n"
        outcomes.append(Outcome(f"{i}.txt", parse(Request(f"{i}.txt", "text", whole.encode()))))
    settings = Settings(find_model("lead"), "ctranslate2", 3)
    made = list(summarize_all(outcomes, lambda: Models(LeadModel()), settings))
    return make_brief(made, settings, title="T", date="2026-03-06", zone="UTC")


def test_the_same_figure_of_two_sources_is_one_callout_with_both() -> None:
    brief = brief_of(BOARD, UNION.format(n="41,300"))
    (callout,) = brief.numbers
    assert len(callout.also) == 1
    assert {callout.article, callout.also[0].article} == {a.id for a in brief.articles}
    assert brief.disputes == ()


@pytest.mark.parametrize("name", ["html", "eml", "pdf", "md", "txt"])
def test_figures_that_disagree_stand_side_by_side_in_every_format(name: str) -> None:
    brief = brief_of(BOARD, UNION.format(n="52,400"))
    (dispute,) = brief.disputes
    texts = {a.id: a.text for a in brief.articles}
    assert [s.figure.of(texts[s.article]) for s in dispute.sides] == ["41,300", "52,400"]
    rendered = render_all(brief, [name], Look())[name].data
    if name in {"html", "md", "txt"}:
        shown = " ".join(rendered.decode().split())
        assert "the sources disagree" in shown
        part = shown[shown.index("the sources disagree") :]
        assert part.index("41,300") < part.index("52,400")


@pytest.mark.parametrize(
    "other",
    [
        "In Norrvik the number of patients on the waiting list was 39,900 in January, their union said.",  # another time
        "In Norrvik the number of patients on the waiting list was about 52,000 in February, they said.",  # a bound
        "In Norrvik the number of patients on the waiting list will be 52,000 in February, they said.",  # a forecast
        "In Norrvik the number of surgeons in the hospital was 1,480 in February, their union said.",  # another thing
        "In Norrvik the share of patients on the waiting list was 38 percent in February, they said.",  # another unit
    ],
)
def test_what_is_not_the_same_thing_is_no_dispute(other: str) -> None:
    assert brief_of(BOARD, other).disputes == ()
