"""From the numbers of a sentence to its callouts: level and change joined, series found."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from briefer.callouts.attribution import attribution_of, quoted_speaker, standing_of
from briefer.callouts.calendar import Day
from briefer.callouts.changes import basis_near, comparison_in, with_hedges
from briefer.callouts.figures import DATED, LONGEST_SENTENCE, Figure, figures_of, is_restated
from briefer.callouts.leads import Time, period_of
from briefer.callouts.periods import times_in
from briefer.callouts.series import Series, find_series
from briefer.callouts.tagging import Token
from briefer.callouts.timing import assign_times
from briefer.types import Article, Callout, Change, Period, Point, Sentence, Span

_PAIR_GAP = 90  # characters between the size of a change and its level


def callouts_of(
    article: Article,
    sentence: Sentence,
    paragraphs: Sequence[Span],
    day: Day | None,
    *,
    unsure: set[Span] | None = None,
) -> tuple[list[Callout], list[Time]]:
    """Callouts of one sentence, in its order, without salience, and its words of time.

    Args:
        article: whose text it is.
        sentence: one of its sentences.
        paragraphs: of the article, for the speaker of a quotation.
        day: when the article was published, if known.
        unsure: if given, numbers of which the rules cannot say what they measure are kept, and told here.
    """
    text, at = article.text, sentence.span
    if at.end - at.start > LONGEST_SENTENCE:
        return [], []  # no sentence that could stand on a card
    figures, tokens = figures_of(text, at)
    if not any(figure.role.role == "quantity" for figure in figures):
        return [], []
    times = [time for time in times_in(text, at, day) if not _of_intention(text, time, at)]
    figures = [_without_opening_time(text, figure, times, at) for figure in figures]
    own_times = assign_times(text, figures, times, at)
    series = find_series(text, figures, own_times, times, at)
    made: list[Callout] = []
    used: set[int] = set()
    if series is not None:
        made.append(_series_callout(article.id, text, tokens, figures, series, at))
        used = {id(figure) for figure in series.figures}
    for i, figure in enumerate(figures):
        if (
            figure.role.role != "quantity"
            or id(figure) in used
            or figure.number.low is None
            or figure.lends_scale
        ):
            continue
        if _is_detail(figure) or _did_not_happen(figure) or _is_denied(text, figure) or (unsure is None and not figure.is_sure) or _is_part_of_another(text, figures, i) or (figure.number.kind == "words" and figure.number.low <= 1):  # fmt: skip
            continue
        made.append(_callout(article.id, text, tokens, figures, i, own_times[i], at))
        if unsure is not None and not figure.is_sure:
            unsure.add(figure.number.digits)
    speaker = quoted_speaker(text, at, paragraphs, sentence.paragraph)
    if speaker is not None:
        made = [_with_speaker(callout, speaker) for callout in made]
    made.sort(key=lambda callout: callout.number)
    return made, times


def _without_opening_time(text: str, figure: Figure, times: Sequence[Time], sentence: Span) -> Figure:  # fmt: skip
    """The figure without words of time that open the sentence in its measure: "|Last year |prices rose"."""
    if not figure.measure or not times or times[0].core.start - sentence.start > _OPENING:
        return figure
    end = times[0].core.end
    first = figure.measure[0]
    if not first.start < end < first.end or text[end] != " " or not text[end + 1].islower() or text[end - 2 : end] in {"'s", "’s"}:  # fmt: skip
        return figure
    return figure._replace(measure=(Span(end + 1, first.end), *figure.measure[1:]))


_OPENING = 9  # characters before words of time that open a sentence ("Over the ")


# "38 percent are considering leaving within two years": the time is of the leaving.
_INTENTION = re.compile(
    r"\b(?:consider|considering|contemplating|(?:thinking|dreaming)\s(?:of|about)|tempted\sto|hop(?:e|ing)\sto|want(?:ing)?\sto|wish(?:ing)?\sto)\s(?:[a-z]+\s){1,4}$"
)


def _of_intention(text: str, time: Time, sentence: Span) -> bool:
    """Whether a time is that of something which is only thought of, and no number stands in between."""
    return _INTENTION.search(text[max(sentence.start, time.span.start - 80) : time.span.start]) is not None  # fmt: skip


def _did_not_happen(figure: Figure) -> bool:
    """As in "did not rise 3 percent": on a card the number alone would say that it did."""
    movement = figure.movement
    return movement is not None and movement.relation != "base" and movement.direction is None


_NOT = re.compile(r"\b(?:not|n['’]t|never)\s(?:(?:by|to|at|from|for|in)\s)?$")


def _is_denied(text: str, figure: Figure) -> bool:
    """As in "not 5 percent but 7 percent": it is the number that is not so."""
    before = text[max(0, figure.span.start - 12) : figure.span.start]
    return figure.bound.sign == "=" and _NOT.search(before) is not None


def _is_detail(figure: Figure) -> bool:
    """A small number written out that counts things ("two airlines"): what happened, and no statistic."""
    number = figure.number
    return number.kind == "words" and figure.kind == "count" and figure.movement is None and number.high is not None and number.high <= 12  # fmt: skip


def _with_speaker(callout: Callout, speaker: Span) -> Callout:
    if callout.attribution is not None:
        return callout
    return msgspec.structs.replace(callout, attribution=speaker)


def _is_part_of_another(text: str, figures: Sequence[Figure], i: int) -> bool:
    """Whether a number belongs to another's callout: the size beside its level, the base before it, a restatement."""
    figure = figures[i]
    relation = figure.movement.relation if figure.movement else ""
    if relation == "size" and _partner(text, figures, i, "level") is not None:
        return True
    if relation == "base" and any(
        _base_of(text, figures, j) is figure for j in range(len(figures)) if j != i
    ):
        return True
    if i == 0 or figures[i - 1].role.role != "quantity":
        return False
    if is_restated(text, figures[i - 1], figure):
        return True
    # "€42m ($53m, £29m)": the third says it again too.
    gap = text[figures[i - 1].span.end : figure.span.start]
    return (
        i > 1
        and gap in {", ", "; ", " or "}
        and figure.kind == figures[i - 1].kind == "money"
        and is_restated(text, figures[i - 2], figures[i - 1])
    )


def _partner(text: str, figures: Sequence[Figure], i: int, relation: str) -> Figure | None:
    """The neighbour that ``figures[i]`` shares a change with: the level of a size, or the size of a level."""
    figure = figures[i]
    after = next((j for j in range(i + 1, len(figures)) if figures[j].role.role not in DATED), -1)
    before = next((j for j in range(i - 1, -1, -1) if figures[j].role.role not in DATED), -1)
    for j in (after, before):
        if j < 0:
            continue
        # A level after its size ("rose 5 percent to 9"), or a size after its level ("9, down 5 percent").
        other = figures[j]
        if other.role.role != "quantity" or other.movement is None or figure.movement is None:
            continue
        if other.movement.relation != relation or other.movement.is_reached:
            continue
        a, b = (figure, other) if i < j else (other, figure)
        gap = text[a.span.end : b.span.start]
        if len(gap) > _PAIR_GAP or re.search(r"[;:]|,\s(?:while|and|but)\b|\band\b", gap):
            continue
        level_first = (a.movement.relation if a.movement else "") == "level"
        if level_first and b.movement and b.movement.words and b.movement.words.start >= b.span.end and a.measure == b.measure:  # fmt: skip
            return other  # "€38 million, 63 percent higher than in 2003"
        if level_first and not re.match(r"[,)\s]*(?:which\s(?:is|was)\s|an?\s)?(?:up|down|a|an|or|higher|lower|\()", gap.lstrip(), re.I):  # fmt: skip
            continue
        if not level_first and not re.search(r"\b(?:to|at)\b", gap):
            continue
        return other
    return None


def _base_of(text: str, figures: Sequence[Figure], i: int) -> Figure | None:
    """The level before the change that ``figures[i]`` is the outcome of."""
    figure = figures[i]
    if figure.role.role != "quantity" or (figure.movement and figure.movement.relation == "base"):
        return None
    for j in (i - 1, i + 1, i + 2):
        if not 0 <= j < len(figures) or j == i:
            continue
        other = figures[j]
        if other.lends_scale:
            continue
        if other.role.role != "quantity" or other.movement is None or other.movement.relation != "base":  # fmt: skip
            continue
        if (other.unit.name if other.unit else "") != (figure.unit.name if figure.unit else ""):
            continue
        a, b = (figure, other) if i < j else (other, figure)
        gap = text[a.span.end : b.span.start]
        if len(gap) > 60 or ";" in gap:
            continue
        if j < i and not re.search(r"\bto\b", gap):
            continue
        return other
    return None


def _callout(
    article: str, text: str, tokens: Sequence[Token], figures: Sequence[Figure], i: int, time: Time | None, sentence: Span,
) -> Callout:  # fmt: skip
    figure = figures[i]
    number, unit = figure.number, figure.unit
    is_range = number.kind == "range"
    relation = figure.movement.relation if figure.movement else ""
    change = _change(text, figures, i, sentence)
    comparison = comparison_in(text, figure.span.end, sentence)
    if comparison is not None and not _belongs(text, figures, i, comparison):
        comparison = None
    return Callout(
        article=article,
        figure=figure.span,
        number=number.digits,
        unit=unit.span if unit and not unit.borrowed else None,
        sentence=sentence,
        value=number.value,
        low=number.low if is_range else None,
        high=number.high if is_range else None,
        kind="change" if relation == "size" else "level",
        unit_name=unit.name if unit else "",
        bound=figure.bound.sign,
        measure=figure.measure,
        period=period_of(time),
        change=change,
        comparison=comparison,
        attribution=attribution_of(text, tokens, sentence, figure.span),
        standing=standing_of(text, figure.span, sentence, is_base=relation == "base"),
    )


def _belongs(text: str, figures: Sequence[Figure], i: int, comparison: Span) -> bool:
    """Whether a comparison follows this figure and not a later one."""
    end = figures[i].span.end
    later = [
        f for f in figures[i + 1 :] if f.role.role == "quantity" and f.span.end <= comparison.start
    ]
    return not later and comparison.start - end < 90


def _change(text: str, figures: Sequence[Figure], i: int, sentence: Span) -> Change | None:
    movement = figures[i].movement
    if movement is None or movement.direction is None or movement.words is None:
        return None
    figure = figures[i]
    if movement.relation == "size":
        base = _base_of(text, figures, i)
        return Change(
            movement.direction,
            with_hedges(text, _joined(movement.words, figure.span), sentence),
            basis=basis_near(text, figure.span, sentence),
            base=base.span if base else None,
        )
    size = _partner(text, figures, i, "size")
    base = _base_of(text, figures, i)
    direction = movement.direction
    words = movement.words
    if size is not None and size.movement is not None and size.movement.direction:
        direction = size.movement.direction
        if size.movement.words is not None:
            words = _joined(size.movement.words, size.span)
    near = size.span if size else figure.span
    basis = basis_near(text, near, sentence)
    if basis is not None and size is not None and basis.start - size.span.end in range(3):
        words = _joined(words, basis)
    if "(" in words.of(text) and text.startswith(")", words.end):
        words = Span(words.start, words.end + 1)
    words = with_hedges(text, words, sentence)
    if base is not None and _contradicts(figure, base, direction):
        return None
    return Change(direction, words, size.span if size else None, basis, base.span if base else None)


def _contradicts(level: Figure, base: Figure, direction: str) -> bool:
    """Whether the numbers themselves go the other way: then the words were misread, and nothing is said."""
    if level.value is None or base.value is None:
        return False
    return (level.value > base.value) != (direction == "up") and level.value != base.value


def _joined(a: Span, b: Span) -> Span:
    return Span(min(a.start, b.start), max(a.end, b.end))


def _series_callout(
    article: str, text: str, tokens: Sequence[Token], figures: Sequence[Figure], series: Series, sentence: Span,
) -> Callout:  # fmt: skip
    latest = series.figures[-1]
    unit = next((f.unit for f in series.figures if f.unit), None)
    points = []
    for figure, time in zip(series.figures, series.times, strict=True):
        period = period_of(time)
        value = figure.value
        assert period is not None
        assert value is not None
        own = Period(time.core, period.start, period.end, period.is_exact)
        points.append(Point(figure.span, figure.number.digits, value, own))
    first = min(series.figures, key=lambda figure: figure.span)
    measure = first.measure or latest.measure
    return Callout(
        article=article,
        figure=latest.span,
        number=latest.number.digits,
        unit=latest.unit.span if latest.unit and not latest.unit.borrowed else None,
        sentence=sentence,
        value=latest.value,
        kind="series",
        unit_name=unit.name if unit else "",
        measure=measure,
        period=points[-1].period,
        attribution=attribution_of(text, tokens, sentence, latest.span),
        points=tuple(points),
    )
