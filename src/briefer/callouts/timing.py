"""Which words of time belong to which number of a sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from briefer.callouts.attribution import clause_of
from briefer.callouts.figures import DATED, Figure
from briefer.callouts.leads import WHEN, Time
from briefer.types import Span

_COUNTED = {"quantity", "label"}
_AFTER_GAP = re.compile(r"[\s,(]*(?:respectively\s|(?:[a-z]+\s){0,2}(?:both\s)?)?")
_BEFORE_GAP = re.compile(r"[\s,:(]*(?:when\s)?(?:(?:it|they|there|this|that|the\s\w+)\s)?(?:(?:was|were|stood|is|had|has|been|reached|amounted|rose|fallen|risen|fell|climbed|dropped|increased|grew|came|to|at|by)\s){0,4}(?:[$£€¥]\s?)?")  # fmt: skip
_FROM_LEAD = re.compile(
    r"(?:from|than|compared\s(?:with|to)|against|over|on|versus|relative\sto)\s", re.I
)


def assign_times(
    text: str, figures: Sequence[Figure], times: Sequence[Time], sentence: Span
) -> list[Time | None]:
    """One time a figure, or ``None``.

    A time that directly follows its number ("5.3 percent in 2012") belongs to that number alone;
    others hold for their clause, one that opens the sentence for all of it. When something was
    *said* is not when it held.
    """
    usable = [
        time for time in times
        if (not time.is_report or WHEN.match(text, time.core.end)) and not _is_amount(figures, time)
    ]  # fmt: skip
    taken: dict[int, Time] = {}
    for i, figure in enumerate(figures):
        if figure.role.role not in _COUNTED:
            continue
        following = _directly_after(text, figures, i, usable)
        if following is not None:
            taken[i] = following
    claimed = {id(time) for time in taken.values()}
    for i, figure in enumerate(figures):
        if i in taken or figure.role.role not in _COUNTED:
            continue
        free = [time for time in usable if id(time) not in claimed]
        before = _directly_before(text, figures, i, free)
        if before is not None:
            taken[i] = before
    claimed = {id(time) for time in taken.values()}
    found: list[Time | None] = []
    for i, figure in enumerate(figures):
        if i in taken or figure.role.role not in _COUNTED:
            found.append(taken.get(i))
            continue
        found.append(_of_clause(text, figure, figures, usable, claimed, sentence))
    return _shared(text, figures, found)


def _is_amount(figures: Sequence[Figure], time: Time) -> bool:
    """Whether a quantity stands inside the words of time, as "1950" in "1950 people" might."""
    return any(
        figure.role.role == "quantity"
        and figure.span.start < time.core.end
        and time.core.start < figure.number.digits.end
        for figure in figures
    )


def _directly_after(
    text: str, figures: Sequence[Figure], i: int, times: Sequence[Time]
) -> Time | None:
    figure = figures[i]
    end = figure.span.end
    following = [
        f.span.start
        for f in figures[i + 1 :]
        if f.role.role in {"quantity", "duration", "age", "label"}
    ]
    limit = min(following, default=len(text))
    for time in times:
        if time.span.start < end or time.span.start > limit or time.is_weak:
            continue
        gap = text[end : time.span.start]
        if len(gap) <= 30 and _AFTER_GAP.fullmatch(gap):
            opener = text[time.span.start : time.core.start]
            if _FROM_LEAD.match(opener) and figure.movement is not None and figure.movement.relation != "base":  # fmt: skip
                continue
            if _is_basis(text, time) and (figure.movement is None or figure.movement.relation != "base"):  # fmt: skip
                continue
            if re.search(r"[,;]|\band\b", gap + opener) and _before_next(text, time, limit):
                return None  # "was 41, in 2020 it was 38": the next number's
            return time
        break
    return None


def _before_next(text: str, time: Time, start: int) -> bool:
    """Whether a time leads straight on to the number at ``start``."""
    return start < len(text) and _BEFORE_GAP.fullmatch(text[time.core.end : start]) is not None


def _directly_before(
    text: str, figures: Sequence[Figure], i: int, times: Sequence[Time]
) -> Time | None:
    start = figures[i].span.start
    floor = max(
        (f.span.end for f in figures[:i] if f.role.role in {"quantity", "duration"}), default=0
    )
    for time in reversed(times):
        if time.core.end > start or time.core.end < floor or time.is_weak:
            continue
        gap = text[time.core.end : start]
        return time if len(gap) <= 50 and _BEFORE_GAP.fullmatch(gap) else None
    return None


def _of_clause(
    text: str, figure: Figure, figures: Sequence[Figure], times: Sequence[Time], claimed: set[int], sentence: Span,
) -> Time | None:  # fmt: skip
    is_base = figure.movement is not None and figure.movement.relation == "base"
    clause = clause_of(text, figure.span, sentence)
    free = [time for time in times if id(time) not in claimed and not time.is_report]
    inside = [
        time for time in free if clause.holds(time.core) and not _is_basis(text, time) and not _is_owner(text, time)
    ]  # fmt: skip
    after = [t for t in inside if t.span.start >= figure.span.end and not t.is_weak]
    before = [t for t in inside if t.core.end <= figure.span.start and not t.is_weak]
    if is_base:
        near = [t for t in after if t.span.start - figure.span.end < 12]
        return near[0] if near else None
    if (
        after
        and not _is_anothers(text, figure, after[0], figures)
        and _is_near(text[figure.span.end : after[0].span.start])
    ):
        return after[0]
    if before:
        return before[-1]
    opening = [
        t for t in times if t.span.start - sentence.start < 4 and not t.is_weak and t.core.end <= figure.span.start
    ]  # fmt: skip
    if opening:
        return opening[0]
    weak = [
        t
        for t in inside
        if t.is_weak
        and (t.axis == "day" or not _ELSEWHERE.search(_between(text, figure.span, t.core)))
    ]
    return weak[0] if weak else None  # one of another clause would be a guess


_ELSEWHERE = re.compile(r"\b(?:and|but|while)\b")


def _between(text: str, a: Span, b: Span) -> str:
    return text[min(a.end, b.end) : max(a.start, b.start)]


def _is_anothers(text: str, figure: Figure, time: Time, figures: Sequence[Figure]) -> bool:
    """Whether another figure stands between, after a comma: the time is that one's."""
    return any(
        figure.span.end <= other.span.start < time.span.start and re.search(r",|\band\b", text[figure.span.end : other.span.start])
        for other in figures
        if other.role.role == "quantity"
    )  # fmt: skip


def _is_owner(text: str, time: Time) -> bool:
    """As in "Last year's salary": it describes a noun."""
    return text[time.core.end - 2 : time.core.end] in {"'s", "’s"}


def _is_near(gap: str) -> bool:
    """Whether a later time can still be the figure's: no other statement begins in between."""
    if ";" in gap or ":" in gap or (not gap.startswith(" of ") and re.search(r"\b(?:than|which|who|when|after|before|because|where|if|amount|(?:above|below)\s(?:the|its|their))\b", gap)):  # fmt: skip
        return False
    return len(gap) < 30 or (len(gap) < 80 and re.search(r",\s(?:the|its|it|they|he|she|and|but|a|an|this|which|who)\s|,$", gap) is None)  # fmt: skip


def _is_basis(text: str, time: Time) -> bool:
    """As in "From January", "than last year": what a change is measured against, not when it holds."""
    if WHEN.match(text, time.core.end):
        return False  # "down from 2008, when it posted a loss of €15 billion"
    if re.match(r"\slevels?\b", text[time.core.end : time.core.end + 8]):
        return True  # "14 percent below 2006 levels"
    opener = text[time.span.start : time.core.start].lower()
    if (
        opener.startswith("over")
        and time.axis in {"month", "year", "quarter"}
        and re.search(
            r"(?:percent|per cent|%|points?|\d)\s$",
            text[max(0, time.span.start - 12) : time.span.start],
        )
    ):
        return True  # "an increase of 16 percent over December 2024"
    if time.axis == "other" and time.span.start != time.core.start:
        opener = text[time.span.start : time.core.start].lower()
        if opener.startswith(("from", "over", "between")):
            return False
    if (
        time.span.start != time.core.start
        and text[time.core.end : time.core.end + 2] in {"'s", "’s"}
        and text[time.span.start : time.core.start].lower().startswith(("over", "from", "on"))
    ):
        return True  # "an increase of 9 million over 2024's spending"
    before = text[max(0, time.span.start - 20) : time.core.start]
    return re.search(
        r"\b(?:from|than(?:\sin)?|compared\s(?:with|to)(?:\sthe)?|against|versus|relative\sto|on|since\s(?:the\s)?same\s(?:time|period|month|quarter))\s(?:in\s|the\s)?$",
        before,
        re.I,
    ) is not None and not (time.axis == "day" and before.lower().rstrip().endswith("on"))


_ONE_OF_TWO = re.compile(
    r"(?:\s\([^()]{1,40}\))?,?\sand\s(?:[A-Za-z][\w’'-]*\s){0,4}?(?:(?:of|worth)\s)?"
)
_TO_LEVEL = re.compile(r"\sfrom\s[^.;]{0,60}?\sto\s(?:the\s|an?\s)?")


def _listed(text: str, figures: Sequence[Figure], found: list[Time | None]) -> None:
    """Times that hold for two numbers.

    "€8 million and capital of €3 million over the next four years" holds for both; the size of a
    change "from 91 in 2003 to 230 in 2004" is of the year that it ends in.
    """
    kept = [i for i, f in enumerate(figures) if f.role.role == "quantity"]
    for h, i in itertools.pairwise(kept):
        a, b, second = figures[h], figures[i], found[i]
        if (
            found[h] is not None
            or second is None
            or a.movement is not None
            or b.movement is not None
        ):
            continue
        gap = text[a.span.end : b.span.start]
        if second.span.start >= b.span.end and second.core.of(text)[:4] in {"next", "the "} and _ONE_OF_TWO.fullmatch(gap):  # fmt: skip
            found[h] = second
    for h, i in zip(kept, kept[2:], strict=False):
        a, b = figures[h], figures[i]
        relations = tuple(f.movement.relation if f.movement else "" for f in (a, b))
        if relations == ("size", "level") and found[i] and _TO_LEVEL.fullmatch(text[a.span.end : b.span.start]):  # fmt: skip
            found[h] = found[i]


def _shared(
    text: str, figures: Sequence[Figure], times: Sequence[Time | None]
) -> list[Time | None]:
    """The size of a change and its level hold for the same time, as do a figure and its restatement."""
    found = list(times)
    _listed(text, figures, found)
    kept = [i for i, figure in enumerate(figures) if figure.role.role not in DATED]
    for h, i in itertools.pairwise(kept):
        a, b = figures[h], figures[i]
        gap = text[a.span.end : b.span.start]
        if len(gap) > 40 or {a.role.role, b.role.role} - _COUNTED:
            continue
        relations = {f.movement.relation if f.movement else "" for f in (a, b)}
        pair = relations == {"size", "level"} or gap.strip() in {"(", "or", ", or"}
        if not pair:
            continue
        first, second = found[h], found[i]
        if first is None or (second is not None and first.is_weak):
            found[h] = second
        elif second is None:
            found[i] = first
    return found
