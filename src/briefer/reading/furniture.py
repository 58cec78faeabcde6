"""Page furniture: buttons, menus, advertisements, rights, and the page speaking of itself.

Every test looks at one line alone; `plaintext` adds what the line's place tells. The rules
name kinds of furniture, not sites. All patterns are linear in the length of the line: each
repeated part is bounded, and lines longer than `MAX_FURNITURE` are never furniture.
"""

from __future__ import annotations

import re
from typing import Final

MAX_FURNITURE: Final = 900  # characters; a longer line is prose

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
    {_BUTTON}(?:[\s,|·•/>»›:&-]+{_BUTTON}){{0,14}}\s?[:…]?|
    (?:please\s)?(?:send|share|post|forward)\s(?:this|to|on|via|with)(?:[\s,|·•/&]+(?:article|story|page|post|this|to|on|via|
      with|a|your|friends?|friend|{_BUTTON})){{0,5}}:?|
    skip\sto\s(?:main\s)?(?:content|navigation).{{0,20}}|jump\sto\s(?:content|comments|navigation)|
    back\sto\s(?:top|home|.{{0,20}}page)|
    (?:comments?|replies)\s?\(\d+\)|\d[\d,.]*k?\s(?:comments?|shares?|views?|likes?|replies)|
    (?:reading\stime:?\s?)?\d{{1,2}}[\s-]?min(?:ute)?s?(?:\s(?:read|to\sread))?|
    advert(?:isement|s)?(?:\s?[-–—:].{{0,60}})?|ad|sponsored(?:\scontent|\s?:.{{0,120}}|\sby\s.{{0,40}})?|promoted(?:\scontent)?|
    (?:story|article|text)\scontinues\s(?:below|after).{{0,40}}|scroll\s(?:down|to\scontinue|for\smore).{{0,30}}|
    (?:read|see|watch|learn|find\sout|view|also\sread|more)\s(?:also|more|next|all|related)\b
      (?:\s?(?:[:>»→|…]|\s[-–—]\s).{{0,160}}|\s(?:about|on|from|here|in)\b.{{0,120}})?|
    (?:also\s(?:read|on|in)|further\sreading|recommended|suggested|related)(?:\s(?:for\syou|reading|stories|
      articles?|topics?|links?|news|content|coverage|videos?|posts?))?\s?(?:[:>»|].{{0,160}})?|
    (?:continue|keep)\sreading.{{0,60}}|(?:click|tap)\s(?:here|to\s(?:read|view|share|expand|see|listen|play))\b.{{0,80}}|
    (?:most\s(?:read|popular|viewed|shared)|trending(?:\snow)?|latest\s(?:news|stories|headlines|videos?)|
      top\sstories|breaking\snews|editor.?s?.?\spicks?|don.t\smiss|you\s(?:may|might)\salso\slike|
      more\sfrom\s[^:.,]{{2,30}}|more\son\sthis(?:\sstory|\stopic)?|up\snext|what\sto\sread\snext|
      in\sthis\sstory|on\sthis\spage|popular(?:\snow)?)\s?:?|
    (?:sign\sup|subscribe|register)\s(?:to|for|now|here|today|and)\b.{{0,200}}|
    (?:get|receive)\s.{{0,60}}\b(?:newsletter|inbox|alerts)\b.{{0,100}}|
    (?:follow|like)\s(?:us|him|her|them|me|[\w’'.\s]{{0,40}}@\w{{1,30}})|
    (?:follow|like|join|find)\s.{{0,40}}\bon\s(?:our\s)?(?:twitter|facebook|instagram|x|telegram|linkedin|whatsapp|threads|
      bluesky|google\snews)\b.{{0,80}}|
    (?:©|\(c\)\s|copyright\s(?:©|\(c\)|\d{{4}}|by\b)).{{0,600}}|.{{0,200}}\ball\srights\sreserved\b.{{0,300}}|
    (?:this|the|our|no|these)\s.{{0,60}}\b(?:material|article|content|text|part|report|story)\b.{{0,80}}\bmay\s(?:not\s)?be\s(?:published|reproduced|redistributed|copied|reprinted).{{0,200}}|
    (?:tags?|topics?|filed\sunder|categor(?:y|ies)|keywords?|section)\s?:.{{0,160}}|
    (?:(?:this|our)\s(?:web)?site|we)(?:\sand\sour\s(?:\d+\s)?(?:trusted\s)?partners)?\s(?:uses?\s(?:cookies|tracking)|store\b|value\syour\sprivacy).{{0,800}}|
    .{{0,80}}\bcookie\s(?:policy|settings|preferences|notice)\b.{{0,200}}|
    (?:accept|reject|manage|allow)\s(?:all(?:\scookies)?|cookies?|(?:my\s)?preferences|settings|choices)|
    (?:privacy|terms)(?:\s(?:policy|notice|of\s(?:use|service)))?(?:\s?[|&·].{{0,60}})?|contact\sus|about\sus|
    (?:have\sa|got\sa|do\syou\shave\sa)\s(?:news\s)?(?:tip|story)\b.{{0,120}}|
    (?:image|picture|photo|photograph|video|media)\s(?:source|credit|caption)s?\s?:?|
    end\sof\s(?:article|story)|getty\simages|(?:ap|afp|epa|reuters)\sphotos?|
    news\sprovided\sby|(?:from|to|cc|sent|reply-to)\s?:\s.{{0,160}}|.{{0,160}}\(opens\sin\s(?:a\s)?new\s(?:window|tab)\).{{0,40}}|
    (?:also\ssee|see\salso|related\s(?:story|article)|more|up\snext|watch)\s?[:»→|]\s?.{{3,160}}|[»→▶►]\s?.{{3,160}}|
    (?:disclaimer|affiliate\slinks?|(?:advertiser\s)?disclosure)\s?:.{{0,800}}|like\s(?:this:|loading.{{0,3}})|more\son:|
    comments\sare\sclosed\.?|loading\.{{0,3}}|(?:the\s)?(?:video\s)?player\sis\sloading\.?|something\swent\swrong.{{0,60}}|
    (?:home|news)(?:\s?[>»/›|]\s?[\w&\s]{{1,30}}){{1,5}}|
    \(?(?:end|ends|more\sto\scome)\)?\.?|-30-
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_SECTION_OF_LINKS = re.compile(
    r"^(?:(?:related|recommended|latest|top|popular|more|most\s(?:read|popular|viewed|shared)|trending)"
    r"(?:\s(?:now|for\syou|reading|stories|articles?|topics?|links?|news|content|coverage|headlines|posts?))?"
    r"|more\sfrom\s[^:.,]{2,30}|more\son\sthis(?:\sstory|\stopic)?|also\son\s[^.]{2,30}|you\s(?:may|might)\salso\slike"
    r"|editor.?s?.?\spicks?|what\sto\sread\snext|read\s(?:more|next)|up\snext)\s?:?$",
    re.IGNORECASE,
)

# A pattern with a free tail may begin like prose ("Register now or pay a fine, it said."); in a
# finished sentence something must show that the page speaks to its reader.
_SERVICE = re.compile(
    r"\b(?:our|us|your|you|my|we|newsletters?|inbox|here|permission|consent|cookies?|(?:un)?subscri\w+|e-?mails?|app|account|reproduction|try\sagain|"
    r"rights\sreserved|this\s(?:article|story|material|website|site|page|video)|without\s.{0,30}permission)\b|[@©]|www\.|https?:",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:said|told|says|tells|say|ruled|showed|shows|finds|argued|warned|lawyers|according\sto)\b|\bfound[.,]?\s|,\sfound\b"
)
_RIGHTS = re.compile(
    r"^(?:©|\(c\)|copyright)\s?(?:©|\(c\))?\s?(?:\d{4}(?:\s?[-–]\s?\d{2,4})?)?\s?(?:by\s)?(?:[A-Z][\w.&’'-]*,?\s?){0,8}\.?$",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"^\W{0,3}(?:(?:correction|clarification|editor.?s.note|note)\b\W{0,3}\s?)?(?:an?\s(?:earlier|previous)?\s?version\sof\s)?"
    r"(?:this|the)\s(?:article|story|report|interview|video|post|content|page|piece|transcript|file)\b.{0,60}\b"
    r"(?:updated|published|edited|appear(?:s|ed)|includes\scontent|produced|generated|translated|amended|corrected|adapted|sponsored|developing|"
    r"(?:months?|years?)\sold|breaking|removed|misstated)\b",
    re.IGNORECASE,
)
_ASKS_THE_READER = re.compile(
    r"^(?:please\s)?(?:enter|try|download|log|sign|subscribe|click|tap|visit|enable|disable|turn|refresh|unsubscribe|support|donate|"
    r"join|get|become|contact|email|call|send|register|manage|create|already|you\scan|by\s(?:signing|clicking|submitting|continuing|using)|"
    r"if\syou|to\s(?:unsubscribe|subscribe|read|continue|comment)|for\s(?:more|further|media|press|additional)|reproduction|javascript|"
    r"we\suse|something\swent|thank\syou\sfor|want\s(?:to|more)|don.t\swant|looking\sfor|never\smiss)\b",
    re.IGNORECASE,
)
_SERVICE_NOUN = re.compile(
    r"\b(?:app|newsletters?|e-?mail(?:\saddress)?|accounts?|subscription|subscriber|comments?|browser|cookies|terms|inbox|membership|"
    r"javascript|password|unsubscribe|subscribing|try\sagain|sign-up|media\s(?:enquiries|inquiries|contact)|more\sinformation|reproduction|permitted|story\stip)\b"
    r"|@\w|www\.|https?:",
    re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Whether a line is part of the page and not of the article: sharing, menus, ads, rights."""
    if len(line) > MAX_FURNITURE:
        return False
    n_words = len(line.split())
    speaks = n_words <= 60 and not _ATTRIBUTED.search(line) and not line.startswith(("“", '"', "‘"))
    if speaks and _OF_ITSELF.match(line):
        return True
    if (
        speaks
        and _ASKS_THE_READER.match(line)
        and _SERVICE_NOUN.search(line)
        and _SERVICE.search(line)
    ):
        return True
    if not _FURNITURE.match(line):
        return False
    if n_words <= 3 or _RIGHTS.match(line):
        return True
    if _ATTRIBUTED.search(line) and "rights reserved" not in line.lower():
        return False
    return not line.endswith((".", "!", "?")) or _SERVICE.search(line) is not None


def opens_links(line: str) -> bool:
    """Whether a line heads a list of links to other articles ("Most read")."""
    return len(line) <= 80 and not line.endswith(".") and _SECTION_OF_LINKS.match(line) is not None
