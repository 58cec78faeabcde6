"""What a single line of a copied web page is: by-line, date, caption, dateline or page furniture.

Every test looks at one line alone; `plaintext` adds what the line's place tells. The rules
name kinds of furniture, not sites. All patterns are linear in the length of the line: each
repeated part is bounded, and lines longer than `MAX_FURNITURE` are never furniture.
"""

from __future__ import annotations

import re
from typing import Final

MAX_FURNITURE: Final = 400  # characters; a longer line is prose

_CAP = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.\-]{0,30})"
_PARTICLE = r"(?:de|da|del|della|di|van|von|der|den|la|le|bin|al|el|ten|y|dos)"
_NAME = rf"{_CAP}(?:\s(?:{_PARTICLE}\s){{0,2}}{_CAP}){{0,4}}"
_NAMES = rf"{_NAME}(?:\s?(?:,|and|&|und|et|y)\s{_NAME}){{0,5}}"
_NOT_NAMES = re.compile(
    r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|^(?:January|February|March|April|May|June|"
    r"July|August|September|October|November|December|The|This|That|An?|In|On|At|It|Its|Contrast|"
    r"Law|Comparison|Far|Now|Then|Our)\b"
)
_BYLINE = re.compile(
    r"^(?:(?:Written|Reported|Words|Story|Text|Report|Analysis|Interview|Photographs?|Compiled|Posted|Edited)"
    rf"\s+by|By|BY|Par|Von|Por|Autore?|Author|Reporter|Reporting by|Additional reporting by)\s*:?\s+"
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
_CREDITS = re.compile(
    rf"^[(\[]?(?:Additional\s+)?(?:Reporting|Writing|Editing|Research)\b.{{0,60}}?\bby\s+{_CAP}",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(r"\bcontributed (?:to|reporting)\b[^.]{0,60}\.?$")
_EMAIL_ONLY = re.compile(
    r"^[(\[<]?\s*(?:E-?mail:?\s*)?[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,30}){1,4}\s*[)\]>]?$"
)
_ROLE = re.compile(
    r"^(?:[\w&.'’-]+\s){0,5}(?:correspondent|reporter|editor|staff writer|writer|columnist|contributor|"
    r"bureau chief|staff|news agency|newswire)\b(?:,?\s+(?:in\s)?[\w .]{0,30})?$",
    re.IGNORECASE,
)
_BARE_NAMES = re.compile(
    rf"^{_CAP}\s(?:{_PARTICLE}\s){{0,2}}{_CAP}(?:\s{_CAP}){{0,2}}(?:\s(?:and|&)\s{_NAME})?$"
)

# Words of buttons and menus: a line made of these alone is furniture, one word more is a headline.
_BUTTON = (
    r"(?:send\sto|send|share|forward|print|e-?mail|save|listen|comments?|facebook|twitter|whats\s?app|"
    r"linked\s?in|reddit|pinterest|telegram|instagram|youtube|messenger|kakaotalk|copy\slink|bookmark|like|"
    r"tweet|pin\sit|flipboard|bluesky|threads|x|menu|home|search|log\s?in|sign\sin|register|subscribe|"
    r"close|back|next|previous|more|top|live|video|audio|gallery|photos?|reply|report|follow|following|"
    r"gift|donate|rss|font\ssize|text\ssize|a[+-]|news|world|business|politics|sports?|economy|opinion|"
    r"culture|weather|\d{1,4})"
)
_FURNITURE = re.compile(
    rf"""^(?:[\W_]*|
    {_BUTTON}(?:[\s,|·•/>»›:&-]+{_BUTTON}){{0,14}}\s?[:.…]?|
    (?:please\s)?(?:send|share|post|forward)\s(?:this|to|on|via|with)(?:[\s,|·•/&]+(?:article|story|page|post|this|to|on|via|
      with|a|your|friends?|friend|{_BUTTON})){{0,5}}:?|
    skip\sto\s(?:main\s)?(?:content|navigation).{{0,20}}|jump\sto\s(?:content|comments|navigation)|
    back\sto\s(?:top|home|.{{0,20}}page)|
    (?:comments?|replies)\s?\(\d+\)|\d[\d,.]*k?\s(?:comments?|shares?|views?|likes?|replies)|
    (?:reading\stime:?\s?)?\d{{1,2}}[\s-]?min(?:ute)?s?(?:\s(?:read|to\sread))?|
    advert(?:isement|s)?(?:\s?[-–—:].{{0,60}})?|ad|sponsored(?:\scontent|\sby\s.{{0,40}})?|promoted(?:\scontent)?|
    (?:story|article|text)\scontinues\s(?:below|after).{{0,40}}|scroll\s(?:down|to\scontinue|for\smore).{{0,30}}|
    (?:read|see|watch|learn|find\sout|view|also\sread|more)\s(?:also|more|next|all|related)\b(?:[\s:>»…-].{{0,160}})?|
    (?:also\s(?:read|on|in)|further\sreading|recommended|suggested|related)(?:\s(?:for\syou|reading|stories|
      articles?|topics?|links?|news|content|coverage|videos?|posts?))?\s?(?:[:>»|].{{0,160}})?|
    (?:continue|keep)\sreading.{{0,60}}|(?:click|tap)\s(?:here|to\s(?:read|view|share|expand|see|listen|play))\b.{{0,80}}|
    (?:most\s(?:read|popular|viewed|shared)|trending(?:\snow)?|latest\s(?:news|stories|headlines|videos?)|
      top\sstories|breaking\snews|editor.?s?.?\spicks?|don.t\smiss|you\s(?:may|might)\salso\slike|
      more\sfrom\s.{{2,30}}|more\son\sthis(?:\sstory|\stopic)?|up\snext|what\sto\sread\snext|
      in\sthis\sstory|on\sthis\spage|popular(?:\snow)?)\s?:?|
    (?:sign\sup|subscribe|register)\s(?:to|for|now|here|today|and)\b.{{0,200}}|
    (?:get|receive)\s.{{0,60}}\b(?:newsletter|inbox|alerts)\b.{{0,100}}|
    (?:follow|like)\s(?:us|him|her|them|me|.{{0,40}}@\w.{{0,30}}|.{{0,40}}\bon\s(?:twitter|facebook|instagram|x|telegram|
      linkedin|whatsapp|threads|bluesky|google\snews))\b.{{0,80}}|
    (?:©|\(c\)\s|copyright\s(?:©|\(c\)|\d{{4}}|by\b)).{{0,240}}|.{{0,160}}\ball\srights\sreserved\b.{{0,120}}|
    .{{0,80}}\bmay\snot\sbe\s(?:published|reproduced|redistributed|copied|reprinted).{{0,200}}|
    (?:tags?|topics?|filed\sunder|categor(?:y|ies)|keywords?|section)\s?:.{{0,160}}|
    (?:(?:this|our)\s(?:web)?site|we)(?:\sand\sour\s(?:\d+\s)?partners)?\suses?\scookies.{{0,360}}|
    .{{0,80}}\bcookie\s(?:policy|settings|preferences|notice)\b.{{0,200}}|
    (?:accept|reject|manage|allow)\s(?:all(?:\scookies)?|cookies?|(?:my\s)?preferences|settings|choices)|
    (?:privacy|terms)(?:\s(?:policy|notice|of\s(?:use|service)))?(?:\s?[|&·].{{0,60}})?|contact\sus|about\sus|
    (?:have\sa|got\sa|do\syou\shave\sa)\s(?:news\s)?(?:tip|story)\b.{{0,120}}|
    (?:image|picture|photo|photograph|video|media)\s(?:source|credit|caption)s?\s?:?|
    end\sof\s(?:article|story)|getty\simages|(?:ap|afp|epa|reuters)\sphotos?|
    (?:home|news)(?:\s?[>»/›|]\s?[\w&\s]{{1,30}}){{1,5}}|
    \(?(?:end|ends|more\sto\scome)\)?\.?|-30-
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_SECTION_OF_LINKS = re.compile(
    r"^(?:(?:related|recommended|latest|top|popular|more|most\s(?:read|popular|viewed|shared)|trending)"
    r"(?:\s(?:now|for\syou|reading|stories|articles?|topics?|links?|news|content|coverage|headlines|posts?))?"
    r"|more\sfrom\s.{2,30}|more\son\sthis(?:\sstory|\stopic)?|also\son\s.{2,30}|you\s(?:may|might)\salso\slike"
    r"|editor.?s?.?\spicks?|what\sto\sread\snext|read\s(?:more|next)|up\snext)\s?:?$",
    re.IGNORECASE,
)

_CREDIT_WORDS = (
    r"(?:photo(?:graph)?s?|picture|image|pic|file|courtesy|handout|getty|shutterstock|reuters|afp|epa|"
    r"yonhap|xinhua|kyodo|alamy|bloomberg|anadolu|dpa|zuma|tass|ap)"
)
_END_CREDIT = re.compile(r"[.!?”\"’)\w]\s*[(\[](?P<who>[A-Z][^()\[\]]{1,70})[)\]]\.?$")
_STRONG_CREDIT = re.compile(
    r"(?:^|[\s|/(])(?:(?:photo(?:graph)?|image|picture)s?\s?(?:credit|source|courtesy|by|from)?\s?[:/]|"
    r"(?:photo|image)s?\s(?:credit|courtesy|by|from)\s|"
    r"(?:ap|afp|file|courtesy|handout|reuters|epa)\s(?:photo|image|picture)\b|getty\simages|/\s?(?:afp|reuters|epa|ap)\b|"
    r"handout\svia|via\s(?:ap|afp|reuters|getty)\b|file\s(?:photo|picture|image)\b)",
    re.IGNORECASE,
)
_STARTS_AS_CAPTION = re.compile(
    r"^(?:file(?:\s(?:photo|picture|image))?\s?[:–—-]|(?:photo|caption|pictured|above|below)\s?:|"
    r"image\s(?:source|caption)\b)",
    re.IGNORECASE,
)
_SHOWS_A_PICTURE = re.compile(
    r"^(?:(?:an?|the|this)\s(?:undated\s)?(?:file\s|aerial\s|handout\s|satellite\s)?(?:photo(?:graph)?|picture|image|"
    r"view)\b|a\sview\sof\b|people\s(?:walk|queue|wait|stand|sit)\b|in\sthis\s.{0,60}(?:photo|picture|image)\b)",
    re.IGNORECASE,
)
_POSE = re.compile(
    r"\((?:(?:\w+\s)?(?:left|right|centre|center|middle|front|back|top|bottom)|[LRC]|pictured)"
    r"(?:,?\s(?:and|to|from|row|left|right)\b[^()]{0,20})?\)"
    r"|,\s(?:left|right|centre|center|pictured(?:\s(?:here|above|below|left|right|in\s\d{4}))?),"
    r"|\b(?:from|second from|third from)\s(?:left|right)\b|\b(?:is|are)\s(?:seen|pictured|shown|photographed)\b"
    r"|\bposes?\s(?:for|with|during|next)\b|\blooks?\son\b|\bspeaks?\sto\s(?:reporters|the\smedia)\b.{0,80}\(",
    re.IGNORECASE,
)

_AGENCY = r"\((?:[A-Z][\w.&/ -]{1,40})\)"
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{2,30}(?:/[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{2,30})?"
_SHORT_DATE = r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8}\.?)(?:,?\s\d{4})?"
_DATELINE = re.compile(
    rf"^(?:(?:{_PLACE}(?:,\s(?:[A-Z][\w.]{{1,20}}\s?){{1,3}})?|[A-Z][a-z]{{2,20}}(?=\s*\())"
    rf"(?:,\s{_SHORT_DATE})?(?:\s*{_AGENCY})?|{_AGENCY})\s*(?:--?|[–—]|:(?=\s)){{1,2}}\s*(?=\S)"
)


def is_furniture(line: str) -> bool:
    """Whether a line is part of the page and not of the article: sharing, menus, ads, rights."""
    return len(line) <= MAX_FURNITURE and _FURNITURE.match(line) is not None


def opens_links(line: str) -> bool:
    """Whether a line heads a list of links to other articles ("Most read")."""
    return len(line) <= 80 and _SECTION_OF_LINKS.match(line) is not None


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
    if rest.endswith(".") and len(rest.split()) > 6:
        return None
    names = match["names"].strip(" .,")
    return names if len(names.split()) <= 16 else None


def is_credit_line(line: str) -> bool:
    """Whether a line says who else worked on the article, or is an e-mail address."""
    return len(line) <= 300 and bool(
        _CREDITS.match(line)
        or _EMAIL_ONLY.match(line)
        or _CONTRIBUTED.search(line)
        or _DESK.match(line)
        # In the article itself such a sentence would end with a stop.
        or (_ABOUT_WRITER.match(line) and not line.endswith((".", "!", "?")))
    )


def is_bare_names(line: str) -> bool:
    """Whether a line could be names alone ("Jane Doe"); only its neighbours can tell."""
    return len(line) <= 60 and _BARE_NAMES.match(line) is not None


def is_role(line: str) -> bool:
    """Whether a line is a writer's role ("Political correspondent, Seoul")."""
    return len(line) <= 80 and _ROLE.match(line) is not None


def caption_score(line: str) -> int:
    """How much a line looks like the caption of a picture, from 0; 2 is a caption.

    A credit in brackets after a full stop, a place in the picture ("(center)"), the word
    "photo" with a credit: each tells, and two of the weaker together do.
    """
    if len(line) > 900:
        return 0
    score = 0
    if _STRONG_CREDIT.search(line[-160:]) or _STARTS_AS_CAPTION.match(line):
        score += 2
    if _POSE.search(line) or _SHOWS_A_PICTURE.match(line):
        score += 1
    credit = _END_CREDIT.search(line[-90:])
    if credit:
        # An agency, or "Jane Doe/The Herald".
        known = re.search(rf"\b{_CREDIT_WORDS}\b|[a-z]\s?/\s?[A-Z]", credit["who"], re.IGNORECASE)
        score += 2 if known else 1
    return score


def dateline_length(paragraph: str) -> int:
    """Length of the dateline that opens a paragraph ("SEOUL, Oct. 12 (Yonhap) -- "), or 0."""
    match = _DATELINE.match(paragraph[:160])
    if not match:
        return 0
    place = match[0].rstrip(" -–—:")
    # "WHO: ..." and "EXCLUSIVE - ..." are no places; a lone short word needs an agency or date.
    if re.fullmatch(r"[A-Z]{2,4}|EXCLUSIVE|UPDATE|ANALYSIS|BREAKING|OPINION|REVIEW|WATCH", place):
        return 0
    if match[0].rstrip().endswith(":") and not re.search(r"[,(/]", place):
        return 0
    return match.end()
