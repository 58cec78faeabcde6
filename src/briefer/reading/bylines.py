"""By-lines, credits of other contributors, and what stands beside a writer's name.

Every test looks at one line alone; `plaintext` adds what the line's place tells.
"""

from __future__ import annotations

import re

_CAP = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.\-]{0,30})"
_PARTICLE = r"(?:de|da|del|della|di|van|von|der|den|la|le|bin|al|el|ten|y|dos)"
_NAME = rf"{_CAP}(?:\s(?:{_PARTICLE}\s){{0,2}}{_CAP}){{0,4}}"
_NAMES = rf"{_NAME}(?:\s?(?:,|and|&|und|et|y)\s{_NAME}){{0,5}}"
_PLACED = rf"{_NAME}(?:\sin\s{_CAP}(?:\s{_CAP}){{0,2}})?"
_NOT_NAMES = re.compile(
    r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|^(?:January|February|March|April|May|June|"
    r"July|August|September|October|November|December|The|This|That|An?|In|On|At|It|Its|Contrast|"
    r"Law|Comparison|Far|Now|Then|Our|Q[1-4])\b"
)
_BYLINE = re.compile(
    r"^(?:(?:Written|Reported|Words|Story|Text|Report|Analysis|Interview|Photographs?|Compiled|Posted|Edited)"
    rf"\s+[Bb]y|By|BY|by|Par|Von|Por|Autore?|Author|Reporter|Reporting by|Additional reporting by)\s*:?\s+"
    rf"(?P<names>{_NAMES})(?P<rest>.{{0,120}})$"
)
_DESK = re.compile(
    r"^(?:By|From)\s(?:the\s|our\s|a\s)?(?:[\w&’'-]+\s){0,4}(?:desk|staff|team|bureau|correspondents?|"
    r"reporters?|writers?|agency|agencies|editors?)$",
    re.IGNORECASE,
)
_KOREAN = re.compile(r"^(?P<names>[가-힣]{2,4})\s?(?:선임)?(?:기자|특파원|논설위원)(?:\s.{0,60})?$")
_ABOUT_WRITER = re.compile(
    rf"^{_NAMES}\s(?:is|are)\s(?:an?|the|our)\s.{{0,60}}\b(?:reporters?|writers?|editors?|journalists?|"
    r"correspondents?|columnists?|contributors?)\b.{0,80}$"
)
# "Reporting by Tomas Hale; Editing by Ruth Abel", but not "Reporting of crimes by Londoners fell".
_CREDITS = re.compile(
    r"^[(\[—–-]?\s?(?:(?:Additional|With)\s)?(?i:reporting|writing|editing|research|graphics?|photography|assistance)"
    rf"(?:,?\s(?:and|&)\s\w{{4,14}}){{0,2}}(?:\scontributions?)?\s(?:by|from)\s{_NAMES}"
    r"(?:\s(?:in|for|at)\s[A-Z][\w ,]{1,40})?(?:[;,.)\]].{0,200})?$"
)
_CONTRIBUTED = re.compile(
    r"\b(?:contributed\s(?:to\sthis\s(?:report|story|article)|(?:additional\s)?reporting)|reported\sfrom\s[A-Z])\b[^.]{0,60}\.?$"
)
_SELF_DESCRIPTION = re.compile(
    r"^(?:The|Our)\s(?:writer|author|columnist|reporter)s?\s(?:is|are|was|writes?|covers?|has)\b"
    r"|^(?:The\s)?(?:views|opinions)\sexpressed\b"
)
_REACH = re.compile(
    r"\b(?:reach|follow|contact|e-?mail)\s(?:him|her|them|me|us|the\s(?:author|writer|reporter))\b.{0,40}(?:@|https?:|www\.)"
    r"|\bcan\sbe\sreached\s(?:at|on|by)\b",
    re.IGNORECASE,
)
_ABOUT = r"(?:is|was|covers|writes|joined|has\sbeen|has\scovered|reported\sfrom|reports|can\sbe\sreached|works)\b"
_EMAIL_ONLY = re.compile(
    r"^[(\[<]?\s*(?:E-?mail:?\s*)?[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,30}){1,4}\s*[)\]>]?$"
)
_ROLE = re.compile(
    r"^(?:[\w&.'’-]+\s){0,5}(?:correspondent|reporter|editor|staff writer|writer|columnist|contributor|"
    r"bureau chief|staff|news agency|newswire)\b(?:(?:,\s|\sin\s|\s?[|–-]\s?|\sfor\s)[\w .]{0,40})?$",
    re.IGNORECASE,
)
_BARE_NAMES = re.compile(
    rf"^{_CAP}\s(?:{_PARTICLE}\s){{0,2}}{_CAP}(?:\s{_CAP}){{0,2}}(?:\sin\s{_CAP})?(?:\s(?:and|&)\s{_PLACED})?$"
)


def byline_names(line: str) -> str | None:
    """Names of a by-line ("By Shin Hyon-hee" gives "Shin Hyon-hee"), or ``None``."""
    korean = _KOREAN.match(line[:100])
    if korean:
        return korean["names"]
    match = _BYLINE.match(line) if len(line) <= 200 else None
    if not match or _NOT_NAMES.match(match["names"]):
        return None
    rest = match["rest"].strip()
    # "By Monday the talks had failed." is prose; ", Staff Writer | Reuters" is not.
    if rest and not re.match(r"[,|(\[•·@–—/<-]|(?:in|for|at|with|of)\s[A-Z]", rest):
        return None
    if rest.endswith((".", "!", "?")) and not rest.endswith(("Jr.", "Sr.")):
        return None
    names = match["names"].strip(" .,")
    return names if len(names.split()) <= 16 else None


def is_credit_line(line: str) -> bool:
    """Whether a line says who else worked on the article, or is an e-mail address."""
    return len(line) <= 500 and bool(
        _CREDITS.match(line)
        or _EMAIL_ONLY.match(line)
        or _CONTRIBUTED.search(line)
        or _DESK.match(line)
        or (len(line.split()) <= 60 and _REACH.search(line))
        or (len(line.split()) <= 60 and _SELF_DESCRIPTION.match(line))
        # In the article itself such a sentence would end with a stop.
        or (_ABOUT_WRITER.match(line) and not line.endswith((".", "!", "?")))
    )


def is_about(names: str, text: str) -> bool:
    """Whether a paragraph at the foot tells of the writers named in the by-line."""
    if len(text.split()) > 70:
        return False
    for name in re.split(r",\s|\s(?:and|&)\s", names):
        words = name.split()
        if not words:
            continue
        opening = rf"(?i:{re.escape(name)}|(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?{re.escape(words[-1])})"
        if re.match(rf"{opening}(?:,[^,]{{1,80}},)?\s{_ABOUT}", text):
            return True
    return False


def is_bare_names(line: str) -> bool:
    """Whether a line could be names alone ("Jane Doe"); only its neighbours can tell."""
    return len(line) <= 60 and _BARE_NAMES.match(line) is not None


def is_role(line: str) -> bool:
    """Whether a line is a writer's role ("Political correspondent, Seoul")."""
    return len(line) <= 80 and _ROLE.match(line) is not None
