"""Who says a number, and how sure: reported, estimated, forecast, a target, denied or corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefer.callouts.phrases import phrase_right
from briefer.callouts.subjects import subject_of
from briefer.callouts.tagging import Token
from briefer.types import Span, Standing

_SAYING = (
    r"sa(?:id|ys|y)|report(?:s|ed)?|show(?:s|ed|n)?|announc(?:ed|es)|estimat(?:ed|es|e)|forecasts?|forecasted|predict(?:s|ed)?|project(?:s|ed)?|"
    r"expect(?:s|ed)?|tell|tells|told|reveal(?:s|ed)?|indicat(?:ed|es|e)|suggest(?:s|ed)?|found|finds|find|claim(?:s|ed)?|not(?:ed|es)|"
    r"add(?:ed|s)|stat(?:ed|es)|warn(?:s|ed)?|confirm(?:s|ed)?|record(?:s|ed)?|calculat(?:ed|es)|argu(?:ed|es)|den(?:ied|ies)|insist(?:s|ed)|"
    r"conclud(?:ed|es)|disclos(?:ed|es)|publish(?:ed|es)|put|puts|anticipat(?:ed|es)|explain(?:ed|s)|acknowledg(?:ed|es)|post(?:ed|s)?|believ(?:es|ed)|release[sd]?"
)
_SAID = re.compile(rf"(?:{_SAYING})$")
_ACCORDING = re.compile(
    r"\b(?:according\sto|as\s(?:stated|reported|announced|measured|calculated|quoted)\sby|(?:released|published|compiled|issued|provided|reported|conducted|collected|forecast|estimated|predicted|expected)\s(?:[A-Z]\w+day\s|on\s[A-Z]\w+\s|yesterday\s|today\s)?by|(?:figures|data|statistics|numbers|estimates|records|a\ssurvey|a\spoll|a\sstudy|a\sreport)\s(?:from|by|of|for|released\sby|published\sby)|citing|said|says|told\sby)\s",
    re.IGNORECASE,
)
_SOURCE_NOUN = re.compile(r"(?:figures?|data|statistics|numbers|estimates?|records?|survey|poll|study|report|research|analysis|census|accounts|results|documents|filing|sources?|polling|index|review|paper|bureau|agency|ministry|department|institute|office|bank|company|firm|group|association|officials?|economists?|analysts?|experts?|spokes\w+|police|authorities|government|minister|president|chairman|executive|director|governor|union|fund|federation|commission|council|organi[sz]ation|foundation|university|researchers?|regulator|watchdog|it|he|she|they)$")  # fmt: skip

_PATTERNS: tuple[tuple[Standing, re.Pattern[str]], ...] = (
    ("denied", re.compile(r"\b(?:den(?:y|ied|ies|ying)|denials?|refut\w+|dismiss(?:ed|es|ing)?\s(?:claims|reports|suggestions|the|as)|reject(?:ed|s)?\s(?:claims|reports|suggestions|the\s(?:claim|figure|number|report))|not\strue|disput(?:ed|es))\b", re.I)),
    ("corrected", re.compile(r"\b(?:correct(?:ed|ion|s)\b|revis(?:ed|ion|ions)\b(?!\sforecast)|restat\w+|(?:initially|originally|previously|earlier)\s(?:reported|estimated|announced|given|put|said|stated)|was\swrong|in\serror)\b", re.I)),
    ("target", re.compile(r"\b(?:plan(?:s|ned|ning)?\s(?:to|on)|aim(?:s|ed|ing)?\s(?:to|for|at)|targets?|targeted|targeting|goals?|intend(?:s|ed|ing)?|intention|pledg\w+|propos\w+|seek(?:s|ing)?\sto|sought\sto|promis\w+|vow(?:s|ed)?|commit(?:s|ted)?\sto|want(?:s|ed)?\sto|hop(?:es|ed|ing)\sto|(?:will|would|to)\sbe\s(?:cut|reduced|raised|capped|limited|increased|lowered|spent|invested|laid\soff)|will\s(?:cut|raise|reduce|invest|spend|hire|lay|close|open|build|take|have|add|buy|pay|offer|sell|receive|provide|increase)|thinking\sof|looking\sto|agreed\sto|mandat\w+)\b", re.I)),
    ("forecast", re.compile(r"\b(?:will|’ll|would|expect\w*|forecasts(?=\s(?:that|a|an|the|growth|to)\b)|forecast(?:ed|ing)?\b|predict\w*|project(?:ed|ion|ions|ing)|projects(?=\s(?:that|to|an?|the|it|growth|inflation)\b)|anticipat\w+|envis(?:ag|ion)\w+|likely|could|(?-i:may)(?!\s\d)|might|should|outlook|set\sto|on\scourse\sto|on\strack\s(?:to|for)|poised\sto|due\sto\s(?:be|reach|rise|fall|open|begin|start|end|grow|come|take|go)|look(?:ed|s|ing)\sfor|see(?:s|n)\s(?:growth|inflation|the)|foresee\w*|if|next\s(?:year|month|week|quarter|decade)|prospects?)\b", re.I)),
    ("estimated", re.compile(r"\b(?:estimat\w+|(?:is|are|was|were)\s(?:thought|believed|reckoned|understood)\sto|approximat(?:ed|es)|preliminary|provisional|flash\s(?:estimate|reading|figures?)|unofficial|tentative(?:ly)?|guess\w*|apparently|reportedly|allegedly)\b", re.I)),
)  # fmt: skip
_CLAUSES = re.compile(
    r";|:\s|,\sand\s(?=(?:it|they|he|she|its|the)\s)|,\s(?:while|whereas|but|although|though|which|compared|up\sfrom|down\sfrom)\s|\s(?:while|whereas|but|compared\s(?:with|to)|than\sthe|and\sthat)\s|\sat\sa\srate|,\safter\s"
)


# Behind a figure another statement begins: "5 percent on Tuesday, and may raise it", "and 900 more will leave".
_ANOTHER = re.compile(
    r",?\s(?:and|but|or)\s(?:(?:may|might|could|will|would|should|is|are)\b|\d|it\b|they\b|he\b|she\b)|,\sand\s"
)


def clause_of(text: str, figure: Span, sentence: Span) -> Span:
    """The clause around a figure, as far as marks and joining words tell."""
    start, end = sentence.start, sentence.end
    for match in _CLAUSES.finditer(text, sentence.start, sentence.end):
        if match.end() <= figure.start:
            start = match.start() if match[0].strip().startswith("compared") else match.end()
        elif match.start() >= figure.end:
            end = match.start()
            break
    return Span(start, end)


def standing_of(text: str, figure: Span, sentence: Span, *, is_base: bool) -> Standing:
    """How sure the figure is, from the words of its clause.

    Args:
        text: of the article.
        figure: the number with its bound and unit.
        sentence: where it stands.
        is_base: whether it is the level before a change, which is a fact even in a forecast.
    """
    clause = clause_of(text, figure, sentence)
    words = text[clause.start : clause.end]
    whole = text[sentence.start : sentence.end]
    for standing, pattern in _PATTERNS:
        if standing in {"denied", "corrected"}:
            if pattern.search(whole if standing == "denied" else words):
                return standing
            continue
        if is_base and standing in {"forecast", "target"}:
            continue
        for match in pattern.finditer(words):
            # After the figure only what speaks of it: "a 3.7% expansion is projected".
            behind = text[figure.end : clause.start + match.start()]
            if clause.start + match.start() >= figure.end and _ANOTHER.search(behind):
                continue
            if clause.start + match.start() < figure.end or (standing in {"forecast", "estimated"} and match.start() - (figure.end - clause.start) < 40):  # fmt: skip
                return standing
    return "reported"


_COUNTED = re.compile(r"(?:figures|data|statistics|numbers|estimates|records)\s", re.IGNORECASE)
_WHICH = re.compile(r",\s(?:which|whom)\s(?:the\s|its\s|their\s)?$")


def attribution_of(text: str, tokens: Sequence[Token], sentence: Span, figure: Span) -> Span | None:
    """Words that name who says so, cut from the sentence; ``None`` if nobody is named."""
    best: tuple[int, Span] | None = None
    for match in _ACCORDING.finditer(text, sentence.start, sentence.end):
        if _COUNTED.match(match[0]) and text[: match.start()].endswith("of "):
            continue  # "40 boxes of records from the cellar"
        found = _after(text, tokens, match)
        if found is not None and not found.overlaps(figure):
            order = 0 if match[0].lower().startswith(("according", "as ", "citing")) else 2
            if best is None or order < best[0]:
                best = (order, found)
    spoken = _speaker(text, tokens, figure)
    # "…, which the company announced": the last thing named was announced, and not the number before it.
    if spoken is not None and figure.end <= spoken.start and _WHICH.search(text[max(0, spoken.start - 12) : spoken.start]):  # fmt: skip
        spoken = None
    if spoken is not None and (best is None or best[0] > 1):
        best = (1, spoken)
    return best[1] if best else None


def _after(text: str, tokens: Sequence[Token], match: re.Match[str]) -> Span | None:
    start = next((i for i, t in enumerate(tokens) if t.span.start >= match.end()), None)
    if start is None:
        return None
    phrase = phrase_right(tokens, start)
    if phrase is None or all(t.tag == "pronoun" for t in tokens[phrase.start : phrase.end]):
        return None
    word = match[0].strip().lower()
    at = _with_article(tokens, phrase.start)
    if word in {"said", "says"} and not text[tokens[phrase.start].span.start].isupper() and not _SOURCE_NOUN.search(tokens[phrase.end - 1].low):  # fmt: skip
        return None
    first = re.match(r"(?:figures|data|statistics|numbers|estimates|records|a\s\w+)", match[0], re.I)  # fmt: skip
    if first:
        at = match.start() + (2 if match[0].lower().startswith("a ") else 0)
    end = phrase.end
    if (
        end + 2 < len(tokens)
        and tokens[end].low in _ISSUED
        and tokens[end + 1].low in {"by", "from"}
    ):
        issuer = phrase_right(tokens, end + 2)  # "figures released by the labour office"
        end = issuer.end if issuer is not None else end
    return Span(at, tokens[end - 1].span.end)


_ISSUED = frozenset("released published issued compiled provided collected gathered".split())


def _with_article(tokens: Sequence[Token], start: int) -> int:
    """Where a phrase begins, its article included."""
    if start > 0 and tokens[start - 1].low in {"the", "a", "an", "its", "their", "his", "her"}:
        return tokens[start - 1].span.start
    return tokens[start].span.start


def _speaker(text: str, tokens: Sequence[Token], figure: Span) -> Span | None:
    """The subject of a verb of saying: "Data from the foundation show that…", "…, ministry records show."."""
    for i, token in enumerate(tokens):
        if not _SAID.match(token.low) or token.tag not in {"verb", "participle"}:
            continue
        if i and token.tag == "participle" and tokens[i - 1].low in _BEING:
            continue  # "inflation is forecast to slow"
        subject = subject_of(tokens, i + 1)
        if subject is None or subject.end > i:
            continue
        span = Span(_with_article(tokens, subject.start), tokens[subject.end - 1].span.end)
        if span.overlaps(figure) or any(t.low.isdigit() and len(t.low) < 4 for t in tokens[subject.start : subject.end]):  # fmt: skip
            continue
        words = tokens[subject.start : subject.end]
        named = any(t.tag == "name" for t in words)
        speaks = token.low in {"said", "says", "announced", "reported", "warned", "told"}
        if not named and not speaks and not _SOURCE_NOUN.search(words[-1].low) and not any(_SOURCE_NOUN.search(t.low) for t in words):  # fmt: skip
            continue
        if all(t.tag in {"pronoun", "determiner"} for t in words):
            continue
        verb = token.low
        if verb in {"added", "put", "puts", "post", "found", "expect", "record", "records"} and i + 1 < len(tokens) and tokens[i + 1].tag == "number":  # fmt: skip
            continue
        return span
    return None


_SPOKE = r"(?:said|says|added|told|noted|explained|warned|announced|argued|predicted|estimated)"
_NAMED = r"(?:[Tt]he\s)?(?:[a-z]+\s){0,2}[A-Z][\w.’'-]+(?:\s[A-Z][\w.’'-]+){0,3}"
_BEING = frozenset("is are was were be been being".split())
_REPORTER = re.compile(
    rf"[”\"’']?\s*(?P<who>\b(?:he|she|they)|{_NAMED})\s{_SPOKE}\b|\b(?:said|says|added)\s(?P<who2>{_NAMED})"
)
_ANYONE = re.compile(
    rf"(?:^|[.”]\s)(?P<who>{_NAMED})\s{_SPOKE}\b|{_SPOKE}\s(?P<who2>{_NAMED})(?=[,.])", re.MULTILINE
)
_LOOK_BACK = 2  # paragraphs in which a pronoun's speaker may have been named


def quoted_speaker(
    text: str, sentence: Span, paragraphs: Sequence[Span], index: int
) -> Span | None:
    """Who says a sentence that stands inside a quotation, if the text names them.

    Args:
        text: of the article.
        sentence: the sentence.
        paragraphs: of the article, in order.
        index: of the sentence's own paragraph.
    """
    if not 0 <= index < len(paragraphs):
        return None
    paragraph = paragraphs[index]
    opened = text.rfind("“", paragraph.start, sentence.start + 2)
    if opened < 0 or text.find("”", opened, sentence.start) >= 0:
        return None
    match = _REPORTER.search(text, max(sentence.start + 1, sentence.end - 2), paragraph.end)
    if not match:
        return None
    group = "who" if match["who"] else "who2"
    if match[group] not in {"he", "she", "they"}:
        return Span(match.start(group), match.end(group))
    for before in reversed(paragraphs[max(0, index - _LOOK_BACK) : index]):
        named = None
        for found in _ANYONE.finditer(text, before.start, before.end):
            named = found
        if named is not None:
            group = "who" if named["who"] else "who2"
            return Span(named.start(group), named.end(group))
    return None
