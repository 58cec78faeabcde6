"""Word classes by rule: small closed lists, the verbs that news is told with, and the neighbours.

The rules know just enough to find a number's clause, its subject and where a noun phrase ends.
`Tagger` is the contract: a trained tagger that keeps it can take the rules' place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from briefer.callouts.verbs import BASE, PARTICIPLE, PAST, THIRD
from briefer.types import Span

Tag = Literal[
    "noun", "name", "adjective", "adverb", "verb", "participle", "gerund", "auxiliary", "determiner",
    "preposition", "conjunction", "pronoun", "relative", "subordinator", "to", "number", "mark",
]  # fmt: skip


class Token(NamedTuple):
    """A word, number or mark of a sentence: its span, its text in lower case, and its class."""

    span: Span
    low: str
    tag: Tag

    @property
    def is_content(self) -> bool:
        """Whether it can be part of a noun phrase on its own account."""
        return self.tag in {"noun", "name", "adjective"}


class Tagger(Protocol):
    """Gives each word of a sentence its class."""

    def __call__(self, text: str, sentence: Span) -> Sequence[Token]:
        """Tokens of ``text`` inside ``sentence``, in order, with their classes."""


_WORDS: dict[Tag, str] = {
    "determiner": """the a an this that these those its his her their our my your each every some any no all both
        either neither half many much several few""",
    "preposition": """of in on at by for from with without about into over under between among through during
        before after against since until till within across behind beyond above below near around per despite than as
        via toward towards onto upon outside inside amid amongst along except excluding including versus like unlike
        worth following compared down up off out""",
    "conjunction": "and or but nor & plus yet",
    "pronoun": "it he she they we i you them him us me itself himself themselves one ones others everyone nobody there",
    "relative": "who which whom whose where",
    "subordinator": """that while whilst when although though because if as whereas unless whether once how why what so
        lest""",
    "auxiliary": """is are was were be been being am has have had having do does did will would can could may might
        must shall should ’s 's 'd ’d isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't
        wouldn't can't couldn't cannot isn’t wasn’t weren’t hasn’t don’t didn’t won’t wouldn’t can’t""",
    "adverb": """not also already still now then here even only just about nearly almost roughly approximately
        respectively together alone too very more most less least again ever never often soon later earlier ago
        currently rather quite well far further yesterday today tomorrow tonight meanwhile however instead perhaps
        maybe likely abroad home overnight thus therefore so around some once twice else there back away
        ahead apart yet up down off out year-on-year""",
    "adjective": """new old first second third last next latest previous recent current high low higher lower highest
        lowest large larger largest small smaller great greater big bigger biggest net gross total average annual
        monthly weekly daily quarterly median mean key main major minor overall public private national
        international foreign domestic existing outstanding emerging developing working leading pending operating ongoing local federal global economic financial industrial commercial unemployed
        jobless own same other another such different young elderly poor rich full early late long short strong weak good bad
        best worst single only whole additional further extra so-called average common real nominal seasonal""",
}
_MARK = re.compile(r"[^\w\s]")
_TOKEN = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half)(?=-[a-z])|[$£€¥₩₹₽₺]|\d[\d,.]*\d|\d|(?:[A-Za-z]\.){2,}|[^\W\d_](?:[\w&]|[’'.-](?=\w))*(?:\.(?=\s[a-z]))?|[^\w\s]|\w"
)


_CLOSED: dict[str, Tag] = {
    word: tag
    for tag in (
        "adjective", "adverb", "preposition", "conjunction", "subordinator", "pronoun", "relative", "auxiliary",
        "determiner",
    )
    for word in _WORDS[tag].split()
}  # fmt: skip
_NUMBER_WORDS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
    billion trillion dozen""".split()
)
_NOT_ADVERBS = frozenset("family italy july assembly supply reply company monthly weekly daily quarterly yearly hourly early elderly likely only".split())  # fmt: skip
_NOUNS_ED = frozenset(
    "fed red bed shed feed seed speed need breed unemployed united hundred kindred".split()
)
_MODALS = frozenset(
    "will would can could may might must shall should to do does did not won't wouldn't can't couldn't cannot don't doesn't didn't won’t wouldn’t can’t couldn’t don’t doesn’t didn’t".split()
)


_NOUNS_ING = frozenset(
    """shareholding spending funding building housing lending borrowing banking mining manufacturing trading training
    meeting advertising financing holding hearing ruling clothing farming fishing shipping operating offering
    turning rating savings earnings""".split()
)
_WITH_TO = frozenset(
    "plans aims hopes pledges promises vows needs tends proposes intends offers".split()
)
_SAYS = frozenset("say says said show shows showed report reports reported".split())
ALWAYS_VERBS = frozenset(
    """begins brings buys becomes chooses comes drives feels finds gets gives goes grows keeps knows
    makes means meets pays says sees seeks sells sends sits speaks spends takes tells thinks wears writes accuses achieves
    acquires adds affects agrees allows amounts announces appears applies argues arrives believes blames comprises
    concludes confirms considers consists contains continues contributes covers decides declares delivers denies
    describes discovers earns employs enables enjoys exceeds expects explains extends faces generates gets happens
    hires hopes imposes includes indicates informs insists intends involves joins lives maintains moves occurs operates
    owns participates predicts prepares prevents produces provides publishes reaches receives recommends
    reduces refuses rejects remains removes represents requires responds retains reveals seems serves stands suffers suggests
    surpasses threatens treats unveils varies wants warns""".split()
)


def tag_by_rules(text: str, sentence: Span) -> list[Token]:
    """Tokens of a sentence with their classes; linear in its length."""
    matches = list(_TOKEN.finditer(text, sentence.start, sentence.end))
    words = [match[0] for match in matches]
    tokens: list[Token] = []
    for i, match in enumerate(matches):
        before = tokens[-1] if tokens else None
        following = words[i + 1] if i + 1 < len(words) else ""
        if (
            before is not None
            and before.tag == "adverb"
            and len(tokens) > 1
            and tokens[-2].low in _MODALS
        ):
            before = tokens[-2]  # "will still make"
        tag = _tag(words[i], before, following, i == 0 or words[i - 1] in "“\"‘'")
        if following == "$" and words[i].isupper() and text[match.end()] == "$":
            tag = "mark"  # the "US" of "US$5", as the sign itself
        tokens.append(Token(Span(match.start(), match.end()), words[i].lower(), tag))
    return tokens


def _tag(word: str, before: Token | None, following: str, opens: bool) -> Tag:
    low = word.lower()
    if word[0].isdigit() or low in _NUMBER_WORDS:
        return "number"
    if _MARK.fullmatch(word):
        return "conjunction" if word == "&" else "mark"
    if low == "to":
        return "to"
    closed = _CLOSED.get(low)
    capital = word[0].isupper() and not opens
    if (
        low in {"total", "totals"}
        and (
            following[:1].isdigit()
            or following in {"$", "£", "€"}
            or following.lower() in _NUMBER_WORDS
        )
        and before
        and before.tag in {"noun", "name", "number"}
    ):
        return "verb"  # "job losses since May total 4,000"
    if (
        closed == "adverb"
        and low in {"home", "total"}
        and (before is None or before.tag not in {"verb", "participle"})
    ):
        return "noun" if low == "home" else "adjective"
    if closed and not (capital and closed in {"adjective", "adverb"}) and word != "US":
        return _closed_tag(low, closed, before, following)
    if capital:
        return "name"
    verbal = _verb_tag(low, before, following)
    if verbal:
        return verbal
    if low.endswith("ly") and "-" not in low and low not in _NOT_ADVERBS:
        return "adverb"
    if opens and word[0].isupper() and following[:1].isupper():
        return "name"
    return "noun"


def _closed_tag(low: str, closed: Tag, before: Token | None, following: str) -> Tag:
    if low == "that":
        if before and before.tag in {"noun", "name"}:
            return "relative"
        return (
            "subordinator"
            if (before and before.tag in {"verb", "participle"})
            or following.lower() in {"the", "a", "an"}
            else "determiner"
        )
    if (
        low in {"last", "first"}
        and before
        and before.tag == "conjunction"
        and following.lower() in PAST
    ):
        return "adverb"  # "and last traded at"
    if (
        low in {"all", "both", "each"}
        and before
        and before.tag in {"noun", "name"}
        and following.lower() in PAST
    ):
        return "adverb"  # "indices in three countries all rose"
    if low == "as" and before is None:
        return "subordinator"
    if low in {"half", "all", "some"} and following.lower() in {"of", "in", ""}:
        return "noun"
    if low in {"many", "several", "few", "much", "others"} and following.lower() in {
        "of", "in", "have", "are", "were",
    }:  # fmt: skip
        return "noun"
    return closed


def _verb_tag(low: str, before: Token | None, following: str) -> Tag | None:
    follows = following.lower()
    after_determiner = before is not None and (
        before.tag in {"determiner", "adjective", "number", "preposition"} or before.low in {"’s", "'s", "%", "percent", "most", "more", "very"}
        or (before.low.endswith(("'s", "’s")) and before.tag in {"noun", "name"} and low.endswith("ing"))
    ) and before.low not in {"that", "all", "both", "than", "as"}  # fmt: skip
    if (
        low in PAST
        or low in PARTICIPLE
        or (low.endswith("ed") and low not in _NOUNS_ED and len(low) > 4)
    ):
        if (
            after_determiner
            and follows
            and (
                follows[0].isalpha()
                and (follows not in _CLOSED or following == "US")
                and follows != "to"
            )
        ):
            return "adjective"  # "the estimated cost", "of reported cases"
        if after_determiner and low in BASE:
            return "noun"  # "a record", "the cost"
        if before is not None and before.tag in {"auxiliary", "adverb"}:
            return "participle" if before.tag == "auxiliary" or low not in PAST else "verb"
        if low in PAST and low not in PARTICIPLE and not low.endswith("ed"):
            return "verb"  # "rose", "fell"
        if before is not None and before.tag in {"noun", "name", "pronoun"} and (
            _CLOSED.get(follows) == "determiner" or follows[:1].isdigit() or follows in _NUMBER_WORDS
        ):  # fmt: skip
            return "verb"  # "the port handled 8 tonnes"
        if (
            low in {"shrunk", "sunk", "sprung"}
            and before is not None
            and before.tag in {"noun", "name"}
        ):
            return "verb"  # "the economy shrunk by"
        if follows in {"by", "in", "at", "on", "from"} and low not in _SIMPLE_PASTS:
            return "participle"  # "cars made in Italy"
        return "verb" if low in PAST else "participle"
    if low == "bid" and not (follows[:1].isdigit() or follows in {"$", "£", "€", "us", "to"}):
        return "noun"
    if low in _NOUNS_ING and (after_determiner or (before is not None and before.tag in {"noun", "name"})):  # fmt: skip
        return "noun"
    if low.endswith("ing") and len(low) > 5:
        if after_determiner:
            return "noun" if not (follows and follows.isalpha()) or follows == "of" else "adjective"
        return "gerund"
    if low == "account" and follows == "for":
        return "verb"
    if before is not None and _takes_base(low, before, follows):
        return "verb"
    if low in BASE and before is not None:
        if before.low in {"%", "percent"} and _CLOSED.get(follows) in {"pronoun", "determiner"}:
            return "verb"  # "90% say they"
        if before.low in _MODALS or (before.tag == "adverb" and before.low.endswith("ly")):
            return "verb"
        plural = before.tag == "pronoun" or (
            before.tag in {"noun", "name"} and before.low.endswith("s") and "'" not in before.low and "’" not in before.low
        )  # fmt: skip
        if plural and (low not in _NOUNS_TOO or _starts_object(low, follows)):
            return "verb"
        if before.tag == "relative" or before.low.startswith("help"):
            return "verb"  # "schools that want", "helped make"
        if (
            before.tag == "conjunction"
            and low not in _NOUNS_TOO
            and _CLOSED.get(follows) in {"determiner", "pronoun", "preposition"}
        ):
            return "verb"  # "and take the…"
        return None
    if low in _SAYS and follows in {"", ".", ",", "”", '"'} and before is not None and before.tag in {"noun", "name", "pronoun"}:  # fmt: skip
        return "verb"
    if low in THIRD and before is not None and not after_determiner:
        if low in ALWAYS_VERBS and before.tag in {"noun", "name", "pronoun", "relative", "adverb"}:
            return "verb"
        if (
            low not in _PLURALS
            and THIRD[low] not in _NOUNS_TOO
            and before.tag in {"noun", "name", "pronoun", "relative"}
        ):
            return "verb"  # "encourages", which counts nothing
        if low in {"account", "accounts"} and follows == "for":
            return "verb"
        if low in _WITH_TO and follows == "to" and before.tag in {"noun", "name", "pronoun"}:
            return "verb"
        singular = before.tag in {"noun", "name", "relative", "pronoun"} or before.tag == "mark"
        if singular and _starts_object(low.removesuffix("s"), follows) and follows not in {"of", "in", "for"}:  # fmt: skip
            return "verb"
    return None


def _takes_base(low: str, before: Token, follows: str) -> bool:
    """Whether an unlisted word stands where only a verb can: "would desalt the", "they flense"."""
    if low.endswith(("s", "ly", "ing", "ed")) or "-" in low:
        return False
    if before.low in _MODALS:
        return before.low not in {"to", "not", "do", "does", "did"} or (before.low == "to" and _CLOSED.get(follows) == "determiner")  # fmt: skip
    return before.low in {"we", "they", "who", "i"}


def is_third_person(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word taken for a plural is the verb after all ("a price of $4 helps to…")."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        tokens[at].low in THIRD
        and following is not None
        and following.tag in {"to", "determiner", "pronoun"}
    )


def _starts_object(base: str, follows: str) -> bool:
    """Whether what follows can stand after a verb; after words that are nouns as often, only an object."""
    tag = _CLOSED.get(follows)
    is_object = tag in {"determiner", "pronoun"} or follows[:1].isdigit() or follows in _NUMBER_WORDS or (
        follows != "" and follows in "$£€"
    )  # fmt: skip
    if base in _NOUNS_TOO:
        return is_object or follows in {"sharply", "slightly", "that"}
    return is_object or follows == "to" or (tag is not None and tag not in {"auxiliary", "conjunction", "relative"})  # fmt: skip


# Third persons that are plurals of nouns as often, although their base is no noun.
_PLURALS = frozenset(
    "needs hopes names lives yields drives taxes calls stocks bonds forms means remains works leaves finds wins earnings bears dies buys builds clears cares hires trusts posts sets".split()
)
# Spelt like nouns as often as like verbs: the neighbours decide.
_NOUNS_TOO = frozenset(
    """account address amount back benefit bid cap cause change charge claim comment contract cost cover cut deal
    demand deposit design drop estimate export fall file fill fire force form fund gain head help host house import
    increase issue jump kick lack land launch lead level limit list look mark match measure move name note number
    offer order peak pick place plan play pledge plunge point poll post price produce project promise protest pull
    purchase push raise rally range rank rate record rent report request rescue result return reverse rise round
    rule run save score set share shift show sign slump spike split spread stand start state stay stop strike supply
    support surge survey target total touch track trade transfer transport travel trigger turn use value visit vote
    wait walk win work forecast appeal arrest attack attempt award balance bar boost campaign cast challenge chair
    chase check command compound contest contrast count curb damage date debate delay display escape exhibit
    experience favour favor feature flood flow focus fuel function grant guide halt handle harm harvest hike impact
    institute interview judge label lag lapse license licence lift link load lobby lock lodge mandate mention mine
    mirror monitor mount murder net notice outline pack pause permit phase pilot pose praise present press prompt
    pump question quote raid ration recall regard repair repeal reply reserve resort reward rush sack sample screen
    sentence shelter shoulder signal slide snap sound spark squeeze staff stage stall stem step stream stress strip
    study surprise suspect switch tackle tap tax team test tie top tour trace train trap trim upgrade veto view wage
    water weather welcome witness wonder worry wound wreck burn break burst bend bite hurt ride ring light shake
    sleep spin throw swell wind retreat exchange exercise""".split()
)


# Pasts that stand before "by 5 percent" or "at 7" as verbs of their own.
_SIMPLE_PASTS = frozenset(
    """increased decreased declined climbed jumped dropped slipped tumbled plunged plummeted surged soared
    rallied slumped closed ended opened finished stood said told reported announced averaged remained peaked
    totalled totaled expanded contracted shrank edged dipped eased improved worsened rebounded recovered advanced
    arrived died lived voted worked stayed traded settled started happened occurred gained""".split()
)
