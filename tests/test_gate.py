"""A document that says anything but what its sources say does not pass, in any format."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest

from briefer.brief import Brief
from briefer.briefing import make_brief
from briefer.errors import GateError
from briefer.models.catalog import find_model
from briefer.models.lead import LeadModel
from briefer.pipeline import render_all
from briefer.reading.parsing import parse
from briefer.reading.request import Request
from briefer.rendering import charts, find_renderer, pass_gate, view
from briefer.rendering.cuts import Cut, figure_text
from briefer.rendering.jinja import environment_for
from briefer.rendering.look import Look
from briefer.rendering.view import view_of
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import Article, Callout, Failure, Outcome

from .briefs import example_brief

FORMATS = ["html", "eml", "pdf", "md", "txt", "docx"]
ARTICLE = """Exports of the Halden yards rise, statistics office says

5 March 2026

The value of exports rose more than 12 percent from a year earlier to 4.6 billion crowns in 2025, the statistics office said.

The number of people in work will likely reach 52,300 next month, the employment agency said.

The annual rate was 5.3 percent in 2022, 6.6 percent in 2023, 6.1 percent in 2024 and 7.3 percent in 2025.

Between 24 and 26 percent of the crews are over fifty, a survey of the union found.
"""
#: The source as a fault would print it; each as long as the original, so that all spans stay.
MUTATIONS = {
    "a digit": ("52,300", "52,800"),
    "a scale word": ("4.6 billion", "4.6 million"),
    "two numbers swapped": ("5.3 percent in 2022, 6.6 percent", "6.6 percent in 2022, 5.3 percent"),
    "a range averaged": ("Between 24 and 26 percent", "25                percent"),
    "more than dropped": ("more than 12 percent", "          12 percent"),
    "likely dropped": ("will likely reach", "will        reach"),
    "a year": ("6.1 percent in 2024", "6.1 percent in 2034"),
    "up and down swapped": ("exports rose more", "exports fell more"),
}


@cache
def brief_of(text: str) -> Brief:
    article = parse(Request("yards.txt", "text", text.encode()))
    settings = Settings(find_model("lead"), "ctranslate2", 4)
    outcomes = list(
        summarize_all([Outcome("yards.txt", article)], lambda: Models(LeadModel()), settings)
    )
    return make_brief(outcomes, settings, title="Brief", date="2026-03-06", zone="UTC")


def with_text(brief: Brief, old: str, new: str) -> Brief:
    """The brief as if its source said something else; spans, ids and parsed values unchanged."""
    assert len(old) == len(new)
    (article,) = brief.articles
    assert article.text.count(old) == 1
    changed = msgspec.structs.replace(article, text=article.text.replace(old, new))

    def bullets(story: object) -> object:
        told = tuple(
            msgspec.structs.replace(b, text=" ".join(s.printed(changed.text) for s in b.evidence))
            for b in story.bullets  # type: ignore[attr-defined]
        )
        return msgspec.structs.replace(story, bullets=told)  # type: ignore[type-var]

    stories = tuple(bullets(story) for story in brief.stories)
    return msgspec.structs.replace(brief, articles=(changed,), stories=stories)


def test_the_brief_has_what_the_mutations_change() -> None:
    brief = brief_of(ARTICLE)
    (article,) = brief.articles
    printed = {c.figure.printed(article.text) for c in brief.numbers}
    assert printed == {"4.6 billion crowns", "52,300", "7.3 percent", "Between 24 and 26 percent"}


@pytest.mark.parametrize("name", FORMATS)
def test_what_the_sources_say_passes(name: str) -> None:
    brief = brief_of(ARTICLE)
    pass_gate(name, find_renderer(name)(brief, Look()).data, brief, Look())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("what", MUTATIONS)
def test_a_mutation_is_caught(what: str, name: str) -> None:
    brief = brief_of(ARTICLE)
    wrong = find_renderer(name)(with_text(brief, *MUTATIONS[what]), Look()).data
    with pytest.raises(GateError) as caught:
        pass_gate(name, wrong, brief, Look())
    assert name in str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_a_mutation_on_a_card_alone_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence and the bullet are right; only the card's own figure is not."""
    brief = brief_of(ARTICLE)
    from briefer.rendering import cards, cuts

    real = cuts.cut

    def rounded(article: Article, span: object) -> Cut:
        made = real(article, span)  # type: ignore[arg-type]
        return msgspec.structs.replace(made, text=made.text.replace("52,300", "52,000"))

    monkeypatch.setattr(cards, "cut", rounded)
    wrong = find_renderer(name)(brief, Look()).data
    with pytest.raises(GateError):
        pass_gate(name, wrong, brief, Look())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lie", ["direction", "period", "standing", "bound", "point"])
def test_a_wrong_callout_is_caught(name: str, lie: str) -> None:
    brief = brief_of(ARTICLE)
    (article,) = brief.articles

    def lied(c: Callout) -> Callout:
        text = c.figure.printed(article.text)
        if lie == "direction" and c.change is not None:
            return msgspec.structs.replace(c, change=msgspec.structs.replace(c.change, direction="down"))  # fmt: skip
        if lie == "period" and text == "52,300" and c.period is not None:
            later = msgspec.structs.replace(c.period, start="2026-05-01", end="2026-05-31")
            return msgspec.structs.replace(c, period=later)
        if lie == "standing" and c.standing == "forecast":
            return msgspec.structs.replace(c, standing="reported")
        if lie == "bound" and c.change is not None and c.change.size is not None:
            size = msgspec.structs.replace(c.change.size, start=c.change.size.start + len("more than "))  # fmt: skip
            return msgspec.structs.replace(c, change=msgspec.structs.replace(c.change, size=size))
        if lie == "point" and c.points:
            a, b = c.points[:2]
            a, b = (
                msgspec.structs.replace(a, figure=b.figure, number=b.number, value=b.value),
                msgspec.structs.replace(b, figure=a.figure, number=a.number, value=a.value),
            )
            return msgspec.structs.replace(c, points=(a, b, *c.points[2:]))
        return c

    wrong = msgspec.structs.replace(brief, numbers=tuple(map(lied, brief.numbers)))
    assert wrong != brief
    with pytest.raises(GateError):
        pass_gate(name, find_renderer(name)(wrong, Look()).data, brief, Look())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "lie", ["figure and size swapped", "denied", "another measure", "no bound", "headline"]
)
def test_what_stands_in_the_wrong_place_is_caught(name: str, lie: str) -> None:
    brief = brief_of(ARTICLE)

    def lied(c: Callout) -> Callout:
        if lie == "figure and size swapped" and c.change is not None and c.change.size is not None:
            change = msgspec.structs.replace(c.change, size=c.figure)
            return msgspec.structs.replace(c, figure=c.change.size, change=change)
        if lie == "denied" and c.standing == "reported":
            return msgspec.structs.replace(c, standing="denied")
        if lie == "another measure" and c.change is not None:
            return msgspec.structs.replace(c, measure=(*c.measure, c.sentence))
        if lie == "no bound" and c.low is not None:
            return msgspec.structs.replace(c, figure=c.number)
        return c

    wrong = msgspec.structs.replace(brief, numbers=tuple(map(lied, brief.numbers)))
    if lie == "headline":
        story = msgspec.structs.replace(brief.stories[0], headline="Exports of the Halden yards fall, statistics office says")  # fmt: skip
        wrong = msgspec.structs.replace(brief, stories=(story,))
    assert wrong != brief
    with pytest.raises(GateError):
        pass_gate(name, find_renderer(name)(wrong, Look()).data, brief, Look())


@pytest.mark.parametrize(
    "words",
    [
        "The rate _a_ of e_mail rose 12 percent to 4.6 billion crowns in 2025, said the office.",
        r"The rate \. \* 1\. a\\b rose 12 percent to 4.6 billion crowns in 2025, said the office.",
        "The l organisations—Student bodies and others—rose 12 percent to 4.6 billion crowns in 2025, it said.",
        "Page 3 of 12 says that sales rose 12 percent to 4.6 billion crowns in 2025 at Company,(CNOOC).",
        "The ﬁrst office of 북항 said sales rose 12 percent to 4.6 billion crowns in 2025 😀 −5.",
        "See https://example.org/a_very/long/address-of-a-page?with=queries&and=more_of_them#anchor: 4.6 billion crowns were paid in 2025.",
        "Gaps and disputes cost 4.6 billion crowns in 2025, By the numbers, said the office.",
        "Exports of the Halden yards rise, statistics office says. Exports rose 12 percent to 4.6 billion crowns in 2025.",
    ],
)
@pytest.mark.parametrize("name", FORMATS)
def test_honest_words_pass_however_they_are_written(name: str, words: str) -> None:
    brief = brief_of(ARTICLE.replace(ARTICLE.split("\n\n")[2], words))
    pass_gate(name, find_renderer(name)(brief, Look()).data, brief, Look())


@pytest.mark.parametrize("name", ["html", "eml", "pdf"])
def test_a_wrong_text_alternative_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    brief = brief_of(ARTICLE)
    real = charts.alt_text

    def lied(measure: str, points: Sequence[charts.ChartPoint]) -> str:
        return real(measure, points).replace("6.6", "6.9")

    monkeypatch.setattr(charts, "alt_text", lied)
    wrong = find_renderer(name)(brief, Look()).data
    with pytest.raises(GateError, match="the text alternative of number"):
        pass_gate(name, wrong, brief, Look())


@pytest.mark.parametrize("lie", ["a label", "a height", "no picture"])
def test_a_wrong_picture_in_the_mail_is_caught(lie: str) -> None:
    brief = brief_of(ARTICLE)
    message = email.message_from_bytes(
        find_renderer("eml")(brief, Look()).data, policy=email.policy.SMTP
    )
    card = next(card for card in view_of(brief).cards if card.points)
    first, *rest = (point.drawn for point in card.points)
    if lie == "a label":
        first = first._replace(number="5.8")
    if lie == "a height":
        first = first._replace(value=6.5)
    part = next(part for part in message.walk() if part.get_content_type() == "image/png")
    picture = charts.png_of([first, *rest])
    assert (picture == part.get_content()) == (lie == "no picture")
    part.set_payload(b"" if lie == "no picture" else base64.encodebytes(picture))
    with pytest.raises(GateError, match="the picture of number"):
        pass_gate("eml", message.as_bytes(), brief, Look())


def test_a_wrong_preheader_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    brief = brief_of(ARTICLE)
    real = view.beginning_of
    monkeypatch.setattr(view, "beginning_of", lambda text, n: real(text, n).replace("12 percent", "21 percent"))  # fmt: skip
    wrong = find_renderer("eml")(brief, Look()).data
    with pytest.raises(GateError, match="preheader"):
        pass_gate("eml", wrong, brief, Look())


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Exports rose to 4.6 billion crowns in 2025, said the office.", "Exports rose to…"),
        ("The rise is 5 percentage points a year, said the office.", "The rise is…"),
        ("Exports of the yards rose a little, said the office.", "Exports of the yards rose…"),
        ("Exports rose a little.", "Exports rose a little."),
    ],
)
def test_a_preheader_ends_at_no_number_without_its_unit(words: str, shown: str) -> None:
    assert view.beginning_of(words, 27) == shown


def test_a_users_template_may_not_print_a_number_that_no_source_has(tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text(
        "{% for c in brief.cards %}{{ (c.figure | figure).replace('52,300', '99,999') }}{% endfor %}"
    )
    with pytest.raises(GateError, match="99,999"):
        render_all(brief_of(ARTICLE), ["md"], Look((tmp_path,)))


def test_a_stray_number_between_the_bullets_is_caught() -> None:
    brief = brief_of(ARTICLE)
    data = find_renderer("txt")(brief, Look()).data
    wrong = data.replace(
        b"  * The number of people", b"  (on average 24,650)\n  * The number of people"
    )
    assert wrong != data
    with pytest.raises(GateError, match="24"):
        pass_gate("txt", wrong, brief, Look())


def test_nothing_is_written_when_the_gate_shuts(tmp_path: Path) -> None:
    """A template of the user's that prints a cut's place with other words in it."""
    (tmp_path / "brief.html").write_text(
        '{% for c in brief.cards %}<b data-cut="{{ c.figure.ref }}">about {{ c.figure | figure }}</b>{% endfor %}'
    )
    with pytest.raises(GateError, match="is not what stands at"):
        render_all(brief_of(ARTICLE), ["html"], Look((tmp_path,)))


def test_a_template_of_the_users_may_leave_things_out(tmp_path: Path) -> None:
    (tmp_path / "brief.html").write_text("<h1>{{ brief.title }}</h1>")
    assert (
        render_all(brief_of(ARTICLE), ["html"], Look((tmp_path,)))["html"].data == b"<h1>Brief</h1>"
    )


def test_the_figure_filter_prints_cuts_and_nothing_else() -> None:
    template = environment_for(()).from_string("{{ x | figure }}")
    assert template.render(x=Cut("5.3", "a", 0, 3)) == "5.3"
    for made_up in ("5.3", 5.3, None, ["5.3"]):
        with pytest.raises(TypeError, match="cuts of a source only"):
            figure_text(made_up)


def brief_on(text: str, title: str = "Morning brief") -> Brief:
    article = parse(Request("a.txt", "text", text.encode()))
    settings = Settings(find_model("lead"), "ctranslate2", 4)
    outcomes = list(
        summarize_all([Outcome("a.txt", article)], lambda: Models(LeadModel()), settings)
    )
    return make_brief(outcomes, settings, title=title, date="2026-03-05", zone="UTC")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("March", "Morning brief"),
        ("Morning brief", "Morning brief"),
        ("Morning", "Morning brief"),
        ("Thursday", "Morning brief"),
        ("Energy", "Energy 12"),
        ("Top stories", "Top stories of the day"),
        ("By the numbers", "Morning brief"),
    ],
)
def test_a_headline_that_stands_in_the_masthead_too_passes(name: str, headline: str, title: str) -> None:  # fmt: skip
    text = f"{headline}\n\n5 March 2026\n\nThe council of Harn bought 12 buses for 3 million crowns in 2025.\n"
    render_all(brief_on(text, title), [name], Look())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "sentence",
    [
        "Net pro\ufb01t was 3 million euros in 2021, 4 million euros in 2022 and 5 million euros in 2023.",
        "The a\ufb05 costs 5 crowns a day in Harn.",
        "Profit was \u22123 million crowns in 2021, \u22124 million crowns in 2022, 5 million crowns in 2023 and 7 million crowns in 2024.",
        "The share rose to \u2265 5 percent in the north of the valley.",
    ],
)
def test_ligatures_and_signs_pass_and_are_drawn(name: str, sentence: str) -> None:
    brief = brief_on(f"The yards of Halden\n\n5 March 2026\n\n{sentence}\n")
    rendered = render_all(brief, [name], Look())[name]
    assert not [note for note in rendered.notes if "glyph" in note.lower()]
    assert charts.STAND_INS["\u2212"] == "-"


TWO = "{}\n\n5 March 2026\n\nThe council of Harn bought 12 buses for 3 million crowns in 2025, it said.\n"


@pytest.mark.parametrize(
    ("name", "was", "lie"),
    [
        ("txt", "[1]", "[9]"),
        ("html", ">[1]</button>", ">[9]</button>"),
        ("md", "[^s1-1]", "[^s2-1]"),
        ("md", "“The council of Harn bought 12", "“The council of Harn bought 13"),
        ("html", "Top stories</h2>", "Top stories</h2><p>GDP fell 5 percent, experts said.</p>"),
        ("txt", "TOP STORIES\n", "TOP STORIES\nGDP fell 5 percent, experts said.\n"),
        ("txt", "Buses of Harn\n", "Buses of Harn\n(17 independent sources)\n"),
    ],
)
def test_what_a_line_rests_on_is_compared_too(name: str, was: str, lie: str) -> None:
    brief = brief_on(TWO.format("Buses of Harn"))
    data = render_all(brief, [name], Look())[name].data.decode()
    assert was in data
    with pytest.raises(GateError):
        pass_gate(name, data.replace(was, lie, 1).encode(), brief, Look())


def test_a_quoted_sentence_under_the_sources_is_compared() -> None:
    brief = brief_on(TWO.format("Buses of Harn"))
    data = render_all(brief, ["html"], Look())["html"].data.decode()
    at = data.rindex("bought 12 buses")
    with pytest.raises(GateError, match="quoted under the sources"):
        pass_gate("html", (data[:at] + "bought 13 buses" + data[at + 15 :]).encode(), brief, Look())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lie", ["title", "read", "failed"])
def test_a_wrong_masthead_is_caught(name: str, lie: str) -> None:
    brief = brief_of(ARTICLE)
    failure = Failure("b.txt", "x", "y", "SourceError")
    lies = {
        "title": msgspec.structs.replace(brief, title="Brief of 2025"),
        "read": msgspec.structs.replace(brief, articles=(*brief.articles, msgspec.structs.replace(brief.articles[0], id="0" * 16))),
        "failed": msgspec.structs.replace(brief, failures=(failure,)),
    }  # fmt: skip
    wrong = find_renderer(name)(lies[lie], Look()).data
    if name in {"md", "txt"} and lie == "title":
        return  # their title is in the text alone, which a headline may repeat
    with pytest.raises(GateError):
        pass_gate(name, wrong, brief, Look())


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_story_of_which_nothing_is_told_says_how_many_tell_it(format_: str, which: int) -> None:
    brief = example_brief()
    stories = list(brief.stories)
    bare = stories[which]
    stories[which] = msgspec.structs.replace(bare, bullets=(), lede=None, callouts=(), copies=bare.articles, independent=2)  # fmt: skip
    made = msgspec.structs.replace(brief, stories=tuple(stories))
    pass_gate(format_, find_renderer(format_)(made, Look()).data, made, Look())
