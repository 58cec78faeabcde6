"""Words of time as one pattern, a named group for each way to say when; `periods` resolves them.

Also what looks like one and is none: the verb "may", a month or year that only names a thing.
"""

from __future__ import annotations

import re

MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
YEAR = r"(?:(?:19|20)\d\d)(?!\d|[.,]\d|\s?(?:percent|per\scent|%))"
NUMBER = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty|thirty|few|several|couple\sof)"
COUNTS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)} | {"eighteen": 18, "twenty": 20, "thirty": 30, "a": 1, "an": 1}  # fmt: skip
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "final": 4,
    "opening": 1,
    "last": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
UNIT = r"(?:day|week|month|quarter|year|decade)"
WHICH = r"(?:\s(?:of\s)?(?:the\s)?(?P<{0}>this|last|next|previous|current|the)\s(?:fiscal\s|financial\s)?year|(?:\sof|,)?\s(?P<{1}>(?:19|20)\d\d)(?!\d))?"

TIME = re.compile(
    r"\b(?:"
    r"(?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?![\d-])|"
    # 3 March 2020, Monday, March 3, 2020, on 3 March
    rf"(?:{WEEKDAY},?\s(?:the\s)?)?(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<daymonth1>{MONTH})(?:,?\s(?P<dayyear1>{YEAR}))?(?!\d)"
    rf"|(?:{WEEKDAY},?\s)?(?P<daymonth2>{MONTH})\s(?:the\s)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[,.]\d|\s(?:percent|per\scent|million|billion))(?:,?\s(?P<dayyear2>{YEAR}))?"
    # Q4 2022, the second quarter of 2009, the last quarter, the quarter to June
    rf"|Q(?P<q>[1-4])(?:\s(?:of\s)?(?P<qyear>{YEAR}))?|H(?P<h>[12])\s(?:of\s)?(?P<hyear>{YEAR})"
    rf"|(?:[Tt]he\s)?(?P<quarter>(?i:first|second|third|fourth|final|1st|2nd|3rd|4th|last(?=\squarter\sof\s(?:19|20)\d\d)))[\s-](?P<quarterfiscal>fiscal\s|financial\s)?quarter(?:\sof\sthe\s(?:financial|fiscal)\s(?P<fq>year))?{WHICH.format('quarterwhich', 'quarteryear')}"
    rf"|(?:the\s)?(?P<half>[Ff]irst|[Ss]econd|[Ll]ast)\s(?:half|six\smonths){WHICH.format('halfwhich', 'halfyear')}"
    rf"|(?:the\s)?(?:first|last|final)\s(?P<edge>{NUMBER})\smonths\sof{WHICH.format('edgewhich', 'edgeyear').rstrip('?')}"
    rf"|(?:the\s)?(?:(?:last|past|latest)\s)?(?P<spanlen>{NUMBER}\s|)(?P<spanunit>quarter|months?|year|weeks)\s(?:to|ended|ending|through|that\sended|leading\s(?:up\s)?to)\s(?:in\s)?(?:(?:the\send\sof|late|end|mid)[\s-])?(?:(?P<spanday>\d{{1,2}})\s)?(?P<spanmonth>{MONTH})(?:\s(?P<spanday2>\d{{1,2}})(?!\d))?(?:,?\s(?P<spanyear>{YEAR}))?"
    # fiscal years and seasons
    rf"|(?:(?:the\s)?(?:fiscal|financial)(?:\syear)?(?:\sof)?\s|FY\s?)(?P<fiscal>{YEAR})(?:[/–-](?P<fiscal2>\d\d))?"
    rf"|(?:the\s)?(?P<fiscal3>{YEAR}(?:[/–-](?:19|20)\d\d)?)\s(?:fiscal|financial)\syear"
    r"|(?P<split>(?:19|20)\d\d)[/–-](?P<split2>\d\d|(?<=/)(?:19|20)\d\d)(?!\d|[-/]\d)(?!\s(?!season|year|school|financial\syear|fiscal|and\b|to\b|was\b|were\b|but\b|slipped|rose|fell)[a-z])(?:\s(?:season|year|school\syear|financial\syear|fiscal\syear))?"
    rf"|(?:the\s)?(?P<season>spring|summer|autumn|fall|winter)(?:\s(?:of\s)?(?P<seasonyear>{YEAR}))"
    # January to September this year, January 2021, May
    rf"|(?:the\smonth\sof\s)?(?:(?P<early>early|late|mid)[\s-])?(?P<month>{MONTH})(?:\s?(?:to|through|and|until|–|-)\s?(?P<month2>{MONTH}))?(?:(?:\sof)?\s(?P<monthwhich>this|last|next|the\ssame|the\sprevious)\syear|(?:,|\sof)?\s(?P<monthyear>{YEAR}))?"
    # last year, this month, next quarter, the previous week
    rf"|(?P<so>[Ss]o\sfar\s|[Ee]arlier\s)?(?:the\s)?(?P<rel>(?i:last|this|next|past|previous|current|coming|following|preceding|prior|latest))\s(?:full\s|(?P<relfiscal>fiscal|financial)\s|calendar\s)?(?P<relunit>year|month|weekend|week|quarter|decade|{WEEKDAY}|{MONTH}|morning|evening|afternoon|summer|winter|spring|autumn|season)(?:['’]s)?"
    rf"|(?:the\s)?(?P<many>(?i:past|last|next|coming|previous|preceding|prior|following))\s(?P<manyn>{NUMBER})\s(?P<manyunit>{UNIT})s"
    rf"|(?P<agon>(?i:{NUMBER}|an?|one))\s(?P<agounit>{UNIT})s?\s(?P<ago>ago|earlier|before|previously)"
    rf"|(?P<same>(?<!at\s)the\ssame\s(?:period|month|quarter|time|week|day|point)(?:\s(?:of|in)\sthe)?(?:\s(?:last|the\sprevious|a)\syear(?:\s(?:ago|earlier|before))?|\sin\s{YEAR}|\s(?:a\syear\s(?:ago|earlier|before)))?)"
    rf"|(?P<vague>(?:this|that)\speriod|these\sdays|a\smatter\sof\s(?:hours|days|weeks)|(?:the\s)?(?:entire|full|whole)\s(?:year|month|quarter)|{NUMBER}\s(?:days|weeks|months|years))(?!\s(?:ago|earlier|later|before|old|to|ended|ending|of)\b)(?=[\s,.;])"
    r"|(?:the\s)?(?P<todate>(?i:year[\s-]to[\s-]date))|(?P<yearend>(?:(?<=by\s)|(?<=at\s)|(?<=before\s)|(?<=until\s))(?:the\s)?year(?:['’]s\s|[\s-])end(?=[,.;]|\s(?!\w+s\b)))"
    rf"|(?P<first>(?:the\s)?(?:first|last|final)\s(?:(?:{NUMBER})\s(?:minutes|hours|days|weeks|months|quarters|years)|days?|weeks?|months|quarters|years?)(?:\sof\s(?:the|its|their|his|her)\s(?:[a-z]+\s)?(?:year|quarter|month|week|century|decade|session|trading|deal|contract))?)(?=[\s,.;])"
    rf"|(?P<yearto>the\syear|the\squarter|the\smonth|the\sday)(?=[\s,.])"
    # years, decades
    rf"|(?:the\s)?(?:(?:early|late|mid)[\s-])?(?P<decade>(?:19|20)\d0)s\b|(?P<years>{YEAR})(?:\s?(?:to|–|-|through|until)\s?(?P<years2>{YEAR})|[–-](?P<years3>\d)(?![\d-]))|(?P<year>{YEAR})(?![/–-]\d\d(?!\d))"
    r"|(?P<clock>(?:noon|midday|midnight|mid-?(?:morning|afternoon|day)|\d{1,2}[:.]\d\d\s?[ap]\.?m\b\.?|\d{1,2}\s?[ap]\.?m\b\.?|\d{1,2}:\d\d(?:\s(?:UTC|GMT|[A-Z]{2,3}T))?|the\s(?:closing\sbell|close\sof\strading|market(?:['’]s)?\sclose))(?![\w:]))"
    rf"|(?P<weekday>{WEEKDAY})(?:['’]s)?(?:\s(?:morning|afternoon|evening|night))?"
    r"|(?P<now>(?i:currently|now|today|yesterday|tomorrow|tonight|at\spresent|at\sthe\smoment)|current(?=\s(?:[A-Z]{0,3}[$£€¥]|\d)))"
    # words that name no days
    r"|(?P<loose>(?i:so\sfar|to\sdate|since\sthen|lately|at\sone\spoint|at\s(?:the|that)\stime(?=[,.;])|at\sthat\stime|in\s(?:early|late|morning|afternoon|mid-?day|after[\s-]hours|evening|pre-market)(?:\s[a-z]+)?\strad(?:e|ing)|in\srecent\s(?:days|weeks|months|years|times))(?![\s-]of\b))"
    r")",
)


def is_modal(text: str, match: re.Match[str]) -> bool:
    """Whether "May" is the verb at a sentence's beginning ("May I…") or a name ("Theresa May")."""
    if match["monthyear"] or match["monthwhich"] or match["month2"] or match["early"]:
        return False
    before = text[max(0, match.start() - 14) : match.start()]
    return re.search(r"(?:\b(?:in|of|for|since|until|by|to|from|last|this|and|during|through|late|early|between|at|on)\s|[,(]\s?)$", before, re.I) is None  # fmt: skip


_THING = re.compile(
    r"\s(?!to\b|and\b|was\b|were\b|is\b|are\b|but\b|from\b|after\b|this\b|last\b|at\b|by\b|of\b|in\b|on\b|for\b|with\b|as\b|when\b|or\b|compared\b|than\b|while\b|that\b|the\b|up\b|down\b|before\b|due\b|rose\b|fell\b)[a-z]{3,}"
)


_EVENT = re.compile(
    r"\s(?:(?:[a-z]+|[A-Z]\w+)\s){0,2}(?:crisis|recession|elections?|[Oo]lympics|[Cc]up|[Cc]ensus|[Ss]urvey|law|[Aa]ct|earthquake|hurricane|budget)\b"
)


_MEASURED = re.compile(
    r"\s(?:results?|figures?|levels?|profits?|totals?|sales|revenues?|harvest|output|exports|imports|deficit|surplus|earnings|income|production|average)\b"
)


_MONEY_OF = re.compile(r"['’]s\s(?:money|dollars|pounds|euros|prices|terms|standards|value)\b")


def names_a_thing(text: str, match: re.Match[str]) -> bool:
    """As in "The July contract", "the 2008 crisis": a month or year that describes a noun."""
    if match["year"] and _MEASURED.match(text, match.end()):
        return False  # "the 2006 result was…"
    if match["year"] and _EVENT.match(text, match.end()):
        return True
    before = text[max(0, match.start() - 7) : match.start()].lower()
    if (match["day1"] or match["day2"]) and re.search(r"\b(?:an?|the)\s$", before):
        return re.match(r"\s(?:decision|meeting|report|vote|election|attack|statement|speech|letter|deadline|announcement)\b", text[match.end() :match.end() + 20]) is not None  # fmt: skip
    if match["now"] and _MONEY_OF.match(text, match.end()):
        return True  # "in today's money"
    if match["weekday"] and re.search(r"\ban?\s$", before) and re.match(r"\s[a-z]{3,}", text[match.end() : match.end() + 8]) and not re.match(r"\s(?:and|when|that|in|at|by)\b", text[match.end() : match.end() + 8]):  # fmt: skip
        return True  # "a Friday trading value"
    if not (match["month"] or match["year"]) or match["month2"]:
        return False
    return (
        re.search(r"\b(?:the|their|its|his|her|our|['’]s)\s$", before) is not None
        and _THING.match(text, match.end()) is not None
    )
