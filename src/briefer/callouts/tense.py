"""Whether the words around a time look ahead to it, or tell what happened then."""

from __future__ import annotations

import re

from briefer.callouts.attribution import clause_of
from briefer.types import Span

_FUTURE = re.compile(
    r"\b(?:will|would|expect\w*|forecast\w*|predict\w*|project\w*|plan\w*|due|target\w*|aim\w*|slated|scheduled|could|(?-i:may)|likely|set\sto|going\sto|propos\w*|(?:is|are)\sto)\b",
    re.I,
)


_SAID = re.compile(
    r"\b(?:said|says|say|told|announced|reported|added|warned|confirmed|wrote|stated)\b", re.I
)
#: Verbs in the past: regular ones, and irregular ones that are frequent in news and are not also of now ("cut").
PAST = (
    r"was|were|had|did|\w{2,}ed|began|bought|broke|built|came|died|drew|drove|fell|flew|found|gave|got|grew|held|kept|knew|"
    r"led|left|lost|made|met|paid|ran|rose|sank|sat|saw|sent|shot|sold|spent|spoke|stood|struck|swept|threw|took|went|won|wrote"
)
_HAPPENED = re.compile(rf"\b(?:{PAST}|cut|hit|shut)\b")
# From such a day on something holds, whenever it was settled.
_BEGINS = re.compile(
    r"\b(?:from|starting|beginning|effective|as\sof|until|till|by|for)\s(?:the\s)?$", re.I
)


def is_future(text: str, core: Span, sentence: Span) -> bool:
    """Whether the clause that a time stands in looks ahead."""
    clause = clause_of(text, core, sentence)
    if re.search(r"\b(?:by|next|until|till)\s(?:the\s)?(?:[a-z]+\s(?:of\s)?)?$", text[clause.start : core.start], re.I):  # fmt: skip
        return True
    return _FUTURE.search(text, clause.start, clause.end) is not None


def looks_ahead_to(text: str, core: Span, sentence: Span) -> bool:
    """Whether a weekday is one that is looked ahead to, and not the day on which that was said."""
    clause = clause_of(text, core, sentence)
    before, after = text[clause.start : core.start], text[core.end : clause.end]
    said, ahead = [m.end() for m in _SAID.finditer(before)], [m.end() for m in _FUTURE.finditer(before)]  # fmt: skip
    if ahead:
        return not said or said[-1] < ahead[-1]
    later = _FUTURE.search(after)
    if later is None or said:
        return False
    # "at 5 percent on Tuesday, and may raise it": what is ahead is another statement.
    between = after[: later.start()]
    return _SAID.search(between) is None and re.search(r"[,;]|\band\b", between) is None


def is_past(text: str, core: Span, sentence: Span) -> bool:
    """Whether a day is one on which something happened: "sold 4,000 cars on 20 April"."""
    clause = clause_of(text, core, sentence)
    before = text[clause.start : core.start]
    if _BEGINS.search(before):
        return False
    happened = [m.end() for m in _HAPPENED.finditer(before)]
    if happened:
        return re.search(r"\bto\s[a-z]{2,}", before[happened[-1] :]) is None
    return re.match(r"\s(?:was|were|had|\w{2,}ed)\b", text[core.end : clause.end]) is not None


_NOW = re.compile(
    r"\b(?:ris|increas|clos|doubl|tripl|ceas)es?\b|\b(?:fall|go|drop|climb|start|begin|end|open|cost|cut|shut|stop|leave|join|take|come|move)(?:e?s)?\b"
)


def is_present(text: str, core: Span, sentence: Span) -> bool:
    """Whether a time follows a verb that settles what is near: "Fares rise in May"."""
    clause = clause_of(text, core, sentence)
    before = text[clause.start : core.start]
    return _NOW.search(before) is not None and _HAPPENED.search(before) is None
