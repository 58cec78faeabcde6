"""Callouts as cards: every word of a card is cut from the source, but for the arrows and the days.

What is ours on a card: "up" or "down", the standing ("forecast"), and the days that words of time
stand for, in square brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from briefer.brief import Brief
from briefer.rendering import charts
from briefer.rendering.charts import ChartPoint
from briefer.rendering.cuts import Cut, Piece, cut, pieces_of
from briefer.rendering.days import label_of
from briefer.types import Article, Callout, Change, Dispute, Period, Span, Value

_STANDINGS = {"reported": "", "estimated": "estimate", "forecast": "forecast", "target": "target",
              "denied": "denied", "corrected": "corrected"}  # fmt: skip


class Mark(Value, frozen=True):
    """A source mark: number of the source, the anchor of the quoted sentence, and its own anchor."""

    source: int
    anchor: str
    own: str


Marker = Callable[[str, Span], Mark]


class PointView(Value, frozen=True):
    """A value of a series and its time."""

    figure: Cut
    number: Cut
    period: Cut
    value: float

    @property
    def drawn(self) -> ChartPoint:
        """The point as charts take it."""
        return ChartPoint(self.period.text, self.number.text, self.figure.text, self.value)


class CardView(Value, frozen=True):
    """One callout.

    Attributes:
        figure: the number as printed in the source.
        measure: what it measures; then whose it is.
        antecedent: what "those" or "it" in the measure stands for.
        period: the source's words for when it holds.
        period_ours: the days they stand for, in words, where they had to be worked out.
        direction: "up", "down" or "".
        words: of a change whose size is not given ("will likely reach").
        size, basis, base: of a change: how much, against what, from where.
        comparison: quoted as it stands.
        attribution: who says so.
        standing: "" for a plain report.
        points: of a series, oldest first.
        sentence: the whole sentence, with the figures strong.
        marks: where it stands; more than one if several articles give the same figure.
        headline: of its story.
        svg: a chart of the points, if there are enough and it was asked for.
        alt: the chart in words.
    """

    figure: Cut
    measure: tuple[Cut, ...]
    antecedent: Cut | None
    period: Cut | None
    period_ours: str
    direction: str
    words: Cut | None
    size: Cut | None
    basis: Cut | None
    base: Cut | None
    comparison: Cut | None
    attribution: Cut | None
    standing: str
    points: tuple[PointView, ...]
    sentence: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    headline: str
    svg: str = ""
    alt: str = ""

    @property
    def figures(self) -> tuple[str, ...]:
        """The figure, or those of all points, as text."""
        return tuple(p.figure.text for p in self.points) or (self.figure.text,)

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(piece.text for piece in self.sentence)


class SideView(Value, frozen=True):
    """One figure of a dispute, with its sentence."""

    figure: Cut
    sentence: Cut
    mark: Mark


class DisputeView(Value, frozen=True):
    """Figures that disagree, side by side."""

    measure: Cut
    period: Cut | None
    sides: tuple[SideView, ...]


def cards_of(
    brief: Brief, articles: Mapping[str, Article], mark: Marker, *, draw: bool
) -> tuple[CardView, ...]:
    """The day's callouts as cards, in their order."""
    headlines = {a: story.shown_headline for story in brief.stories for a in story.articles}
    return tuple(
        _card(
            callout, articles[callout.article], mark, headlines.get(callout.article, ""), draw=draw
        )
        for callout in brief.numbers
    )


def _card(
    callout: Callout, article: Article, mark: Marker, headline: str, *, draw: bool
) -> CardView:
    def cut_or_none(span: Span | None) -> Cut | None:
        return cut(article, span) if span is not None else None

    change = callout.change
    marks = [mark(callout.article, callout.sentence)]
    marks += [mark(mention.article, mention.sentence) for mention in callout.also]
    points = tuple(
        PointView(
            cut(article, point.figure),
            cut(article, point.number),
            cut(article, point.period.span),
            float(point.value),
        )
        for point in callout.points
    )
    card = CardView(
        figure=cut(article, callout.figure),
        measure=tuple(cut(article, span) for span in callout.measure),
        antecedent=cut_or_none(callout.antecedent),
        period=cut_or_none(callout.period.span if callout.period else None),
        period_ours=days_in_words(callout.period),
        direction=change.direction if change else "",
        words=cut_or_none(change.words if change and says_more(change, article) else None),
        size=cut_or_none(change.size if change else None),
        basis=cut_or_none(change.basis if change else None),
        base=cut_or_none(change.base if change else None),
        comparison=cut_or_none(callout.comparison),
        attribution=cut_or_none(callout.attribution),
        standing=_STANDINGS[callout.standing],
        points=points,
        sentence=pieces_of(article, callout.sentence, callout.figures()),
        marks=tuple(marks),
        headline=headline,
    )
    if not points:
        return card
    drawn = [point.drawn for point in points]
    return CardView(
        **{f: getattr(card, f) for f in card.__struct_fields__ if f not in {"svg", "alt"}},
        svg=charts.svg_of(drawn) if draw else "",
        alt=charts.alt_text(card.measure[0].text if card.measure else "", drawn),
    )


def says_more(change: Change, article: Article) -> bool:
    """Whether the words of a change tell more than the arrow: a hedge, or how; with a size, the size tells."""
    return change.size is None and " " in change.words.printed(article.text)


def days_in_words(period: Period | None) -> str:
    """The days of a period where they were worked out from the article's date; "" where its words say them."""
    if period is None or period.is_exact:
        return ""
    return label_of(period.start, period.end)


def disputes_of(
    brief: Brief, articles: Mapping[str, Article], mark: Marker
) -> tuple[DisputeView, ...]:
    """Figures that disagree, each with its sentence and source."""
    return tuple(_dispute(dispute, articles, mark) for dispute in brief.disputes)


def _dispute(dispute: Dispute, articles: Mapping[str, Article], mark: Marker) -> DisputeView:
    first = dispute.sides[0]
    article = articles[first.article]
    return DisputeView(
        cut(article, first.measure[0]),
        cut(article, first.period.span) if first.period else None,
        tuple(
            SideView(
                cut(articles[side.article], side.figure),
                cut(articles[side.article], side.sentence),
                mark(side.article, side.sentence),
            )
            for side in dispute.sides
        ),
    )
