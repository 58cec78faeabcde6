"""Whether a line is the caption of a picture or a chart."""

from __future__ import annotations

import re

_MAX_CAPTION = 900  # characters

_AGENCIES = (
    r"(?:getty(?:\simages)?|shutterstock|reuters|afp|epa(?:-efe)?|yonhap|xinhua|kyodo|alamy(?:\sstock\sphoto)?|bloomberg|"
    r"anadolu|dpa|zuma(?:\spress)?|tass|ap|pa|aap|ani|pti|ntb|efe|ansa|jiji|bernama|newscom|imago|istock|rex)"
)
_LABEL = r"(?:photo(?:graph)?s?|picture|image|pic|file|courtesy|handout|credit|supplied|source|illustration|photographer)"
# What is left after the last stop: "REUTERS/Ole Brandt", "Photo: Dunmere Gazette", "Yonhap".
_TAIL = re.compile(r"[.!?”\"’)]\s*(?P<tail>[^.!?”\"’)\n]{2,90}(?:\.{3}[^.!?\n]{2,60})?)$")
_CREDIT_TAIL = re.compile(
    rf"^(?:[|/—–-]\s?)?(?:{_LABEL}s?\s?(?:credit|source|courtesy|by|from|of)?\s?(?:[:/|]|\.{{3}}|by\s|of\s|from\s|via\s)|"
    rf"{_LABEL}$|©|\(c\)|{_AGENCIES}\s?(?:/|photo|pic|via|$)|(?:[\w.’'-]+\s){{1,4}}?(?:/|via\s|,\s?){_AGENCIES}\b|"
    rf"[\w.’' -]{{2,40}}/[\w.’' -]{{2,40}}$|[A-Z][A-Z ]{{4,30}}/)",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"(?P<before>.)\s*[(\[](?P<who>[A-Z][^()\[\]]{1,70})[)\]]\.?$")
_KNOWN = re.compile(rf"\b(?:{_AGENCIES}|{_LABEL})\b|[a-z]\s?/\s?[A-Z]", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?:file(?:\s(?:photo|picture|image))?\s?[:–—-]|(?:photo|caption|pictured|above|below|picture|image)\s?:|"
    r"image\s(?:source|caption)\b|(?:figure|fig\.|chart|graph|map)\s?\d{1,2}\s?[:.]|source\s?:|item\s\d{1,2}\sof\s\d|"
    r"\[?\d{1,2}/\d{1,2}\]\s?[A-Z])",
    re.IGNORECASE,
)
_SHOWS_A_PICTURE = re.compile(
    r"^(?:(?:an?|the|this)\s(?:undated\s)?(?:file\s|aerial\s|handout\s|satellite\s)?(?:photo(?:graph)?|picture|image|"
    r"view)\b|a\sview\sof\b|people\s(?:walk|queue|wait|stand|sit)\b|in\sthis\s.{0,60}(?:photo|picture|image)\b)",
    re.IGNORECASE,
)
_SIDE = r"(?:(?:second|third|top|bottom|back|front)\s)?(?:left|right|centre|center|middle)"
_POSE = re.compile(
    rf"\((?:{_SIDE}|pictured)(?:,?\s(?:and|to|from|row|left|right)\b[^()]{{0,20}})?\)|\([LRC]\)"
    r"|,\s(?:left|right|centre|center|pictured(?:\s(?:here|above|below|left|right|in\s\d{4}))?),"
    r"|\b(?:second|third|fourth)\sfrom\s(?:left|right)\b|^(?:from\s(?:left|right)|clockwise)\b"
    r"|\b(?:is|are)\s(?:seen|pictured|shown|photographed)\s(?:in|at|on|here|during)\b"
    r"|\bposes?\s(?:for|with|during|next)\b|\blooks?\son\b",
    re.IGNORECASE,
)
_STRONG_POSE = re.compile(
    r"\([LRC]\)|\b(?:second|third|fourth)\sfrom\s(?:left|right)\b|^(?:From\s(?:left|right)|Clockwise)\b"
)
_REPORTS = re.compile(r"\b(?:said|told|says|tells|according\sto|percent|per\scent)\b")


def caption_score(line: str) -> int:
    """How much a line looks like a caption; 2 is one, 0 or less has nothing of it.

    A credit after the last stop or in brackets, a label ("Figure 3:"), a place in the picture
    ("second from left") tell; weaker signs add up, and words of reporting count against.
    """
    if len(line) > _MAX_CAPTION:
        return 0
    if _LABELLED.match(line):
        return 2
    score = 2 * bool(_has_credit_tail(line)) + _bracket_score(line)
    if _STRONG_POSE.search(line):
        score += 2
    elif _POSE.search(line) or _SHOWS_A_PICTURE.match(line):
        score += 1
    return score - bool(score and _REPORTS.search(line))


def _has_credit_tail(line: str) -> bool:
    match = _TAIL.search(line[-180:])
    tail = match["tail"].strip() if match else ""
    # "Image source, Getty Images": nothing but a credit.
    if not match and len(line.split()) <= 6:
        tail = line
    return bool(tail) and len(tail.split()) <= 10 and _CREDIT_TAIL.match(tail) is not None


def _bracket_score(line: str) -> int:
    match = _BRACKET.search(line[-90:])
    if not match:
        return 0
    after_stop = match["before"] in '.!?”"’'
    who = match["who"]
    if not after_stop and _is_acronym_of(who, line):
        return 0
    if _KNOWN.search(who):
        return 2 if after_stop else 1
    return int(after_stop)


def _is_acronym_of(who: str, line: str) -> bool:
    """Whether "(NHS)" abbreviates the words before it and names no agency."""
    if not re.fullmatch(r"[A-Z]{2,8}", who):
        return False
    initials = "".join(
        word[0] for word in re.findall(r"[A-Za-z]+", line[: line.rfind(who)])
    ).upper()
    return initials.endswith(who) or who in initials[-2 * len(who) :]
