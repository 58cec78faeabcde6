"""The words that bound a number: "more than 20", "about 5", "up to 400", "50 or more"."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from briefer.types import Span

BoundSign = Literal["=", "~", ">", "<"]

_ABOVE = (
    r"more\sthan|over|above|at\sleast|as\s(?:low|few|little)\sas|upwards?\sof|over\sthan|in\sexcess\sof|exceeding|exceeds?|exceeded|(?:no|not)\s(?:less|fewer|lower)\sthan|"
    r"a\sminimum\sof|greater\sthan|(?:slightly|well|just|a\slittle|marginally|far|significantly)\s(?:over|above|more\sthan|higher\sthan)|north\sof|"
    r"topp(?:ed|ing)|surpass(?:ed|es|ing)|another\sat\sleast|or\sover|higher\sthan|better\sthan|even\smore\sthan|passed"
)
_BELOW = (
    r"less\sthan|fewer\sthan|under|below|up\sto|at\smost|(?:not|never)\sexceed(?:ed|ing)?|(?:no|not)\s(?:more|greater|higher)\sthan|as\s(?:many|much|high)\sas|a\smaximum\sof|"
    r"(?:slightly|well|just|a\slittle|marginally)\s(?:under|below|less\sthan|fewer\sthan)|just\sshy\sof|lower\sthan|short\sof|"
    r"almost\sup\sto|sub"
)
_ABOUT = (
    r"about|around|roughly|approximately|approx\.?|circa|ca\.|nearly|almost|close\sto|some|an?\sestimated|estimated|in\sthe\sregion\sof|"
    r"in\sthe\sneighbou?rhood\sof|virtually|perhaps|maybe|possibly|probably|likely|"
    r"more\sor\sless|practically|barely|an?\sreported|a\sprojected|something\slike|as\slittle\sas\sabout|on\saverage\sabout|mostly"
)
_SAME = (
    r"only|just|exactly|precisely|a\sfull|a\stotal\sof|a\smere|merely|a\srecord|an?\saverage\sof|at"
)
_ARTICLE = r"(?:\s(?:an?|another|an\sadditional|an\sextra|a\sfurther))?"
_BEFORE = re.compile(
    rf"(?:(?<=^)|(?<=[\s(“\"‘'—–,]))(?:(?P<about>{_ABOUT})|(?P<above>{_ABOVE})|(?P<below>{_BELOW})|(?P<same>{_SAME})){_ARTICLE}[\s-]+$",
    re.IGNORECASE,
)
_SIGNS: dict[str, BoundSign] = {
    "~": "~",
    "≈": "~",
    "±": "~",
    ">": ">",
    "≥": ">",
    "<": "<",
    "≤": "<",
}
_AFTER = re.compile(
    r"(?P<above>\+|[\s-](?:or|and)\s(?:more|above|over|higher|greater|better|older)\b|[\s-]plus\b|\sat\sleast\b)"
    r"|(?P<below>\s(?:or|and)\s(?:less|fewer|under|below|lower|younger)\b|\sat\smost\b)|(?P<about>\sor\sso\b|[-\s]odd\b|\sor\sthereabouts\b)",
    re.IGNORECASE,
)
_NAMES: dict[str, BoundSign] = {"about": "~", "above": ">", "below": "<", "same": "="}


class Bound(NamedTuple):
    """How a number is bounded, and where its words begin and end; without words, the number's own ends."""

    sign: BoundSign
    start: int
    end: int


def bound_of(text: str, whole: Span, figure_end: int, sentence: Span) -> Bound:
    """Bound of the number at ``whole``.

    Args:
        text: of the article.
        whole: the number with its currency and scale.
        figure_end: where its unit ends.
        sentence: nothing beyond it is looked at.
    """
    start, end = whole.start, figure_end
    sign: BoundSign = "="
    for _ in range(2):  # "only about", "well over an estimated"
        head = text[max(sentence.start, start - 48) : start]
        while head and head[-1] in _SIGNS:
            if sign == "=":
                sign = _SIGNS[head[-1]]
            start -= 1
            head = head[:-1]
        match = _BEFORE.search(head)
        if not match or _is_place(text, match, start, sentence):
            break
        found = _NAMES[match.lastgroup or "same"]
        if found == "=" and sign != "=" and match["same"].lower() == "at":
            break
        if match["same"] and match["same"].lower() in {"at", "a record"}:
            break
        sign = found if sign == "=" else sign
        start -= len(match[0])
    if sign == "=":
        for at in sorted({whole.end, figure_end}):
            after = _AFTER.match(text, at, min(sentence.end, at + 20))
            if after:
                sign = _NAMES[after.lastgroup or "about"]
                end = max(end, after.end())
                break
    return Bound(sign, start, end)


def _is_place(text: str, match: re.Match[str], start: int, sentence: Span) -> bool:
    """Whether "over", "under", "some"… belongs to something before it ("turned over 5")."""
    before = text[max(sentence.start, start - len(match[0]) - 14) : start - len(match[0])].lower()
    word = match[0].strip().lower()
    if word.startswith("up to"):
        return re.search(r"\b(?:(?:bring\w*|brought|push\w*|tak(?:es?|ing)|took|lift\w*|driv\w+|drove)\s(?:(?:the|its|their)\s(?:\w+\s){1,3}|it\s|them\s)|(?:r[io]se[sn]?|go(?:es|ing|ne)?|went|crept|edged|mov(?:e|es|ed)|climb(?:s|ed)?|back)\s)$", text[max(sentence.start, start - len(match[0]) - 40) : start - len(match[0])], re.I) is not None  # fmt: skip
    if word in {"over", "above"}:
        return re.search(r"(?:turned|took|taken|handed|control|carried|left|victory|win|lead)\s$", before) is not None  # fmt: skip
    if word.startswith("around"):
        return re.search(r"\b(?:cent(?:re|er)[sd]?|revolv\w+)\s$", before) is not None
    if word == "past":
        return re.search(r"\b(?:the|over|in)\s$", before) is not None
    return False
