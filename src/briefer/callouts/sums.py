"""Where a noun can stand that says what a sum of money is for, or a share of what is held.

As in `neighbours`: each looks at the tokens around the figure and gives a phrase or ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefer.callouts.neighbours import CONTINUES, TIMES, past_bracket
from briefer.callouts.phrases import Phrase, phrase_left, phrase_right
from briefer.callouts.tagging import Token

_HOLDING = re.compile(r"(?:b(?:uy|uys|ought|uying)|own(?:s|ed|ing)?|h(?:old|olds|eld|olding)|acquir(?:e|es|ed|ing)|s(?:ell|ells|old|elling)|control(?:s|led|ling)?|t(?:ake|akes|ook|aken|aking)|rais(?:ed|es))$")  # fmt: skip


def held_in(tokens: Sequence[Token], first: int, last: int) -> Phrase | None:
    """As in "Bought 80 percent in the yard": what the share is of."""
    if last + 1 >= len(tokens) or tokens[last].low != "in":
        return None
    if not any(_HOLDING.match(token.low) for token in tokens[max(0, first - 3) : first]):
        return None
    return phrase_right(tokens, last + 1)


_TO_WHOM = frozenset("fined awarded owes owed lent charged saves saved".split())


_PAYING = re.compile(
    r"(?:pa[iy]|pay(?:s|ing)|spen[dt]|spend(?:s|ing)|cost|charg|bid|offer|invest|wip)"
)


def paid_for(tokens: Sequence[Token], first: int, last: int) -> Phrase | None:
    """As in "Paid $100 million for work", "fined the dairy 3 million": what or whom the money is for."""
    for i in range(max(0, first - 7), first):
        if tokens[i].low in _TO_WHOM and tokens[i].tag in {"verb", "participle"}:
            return phrase_right(tokens, i + 1, ceiling=first)
    if last + 1 >= len(tokens) or tokens[last].low not in {"for", "on", "from", "off"}:
        return None
    if not any(_PAYING.match(token.low) for token in tokens[max(0, first - 4) : first]):
        return None
    return phrase_right(tokens, last + 1)


def money_in(tokens: Sequence[Token], last: int) -> Phrase | None:
    """As in "$192 million in tax rebates", "$80bn to pay for military operations": what it is or is for."""
    i = past_bracket(tokens, last)
    if 0 < i < len(tokens) - 1 and tokens[i].low == "in" and tokens[i - 1].low == "share" and tokens[i + 1].tag == "name":  # fmt: skip
        return phrase_right(tokens, i + 1)  # "pays €78 per share in Cellvik"
    if i + 3 < len(tokens) and tokens[i].low == "to" and tokens[i + 1].tag == "verb" and tokens[i + 2].low == "for":  # fmt: skip
        return phrase_right(tokens, i + 3)
    if i + 1 >= len(tokens) or tokens[i].low != "in" or tokens[i + 1].tag not in {"noun", "adjective"}:  # fmt: skip
        return None
    if tokens[i + 1].low in {"stock", "stocks", "cash", "shares", "addition", "order", "total", "all", "exchange", "return", "early", "late", "recent", "full", "response"} or tokens[i + 1].low in TIMES:  # fmt: skip
        return None
    return phrase_right(tokens, i + 1)


_MAKING = frozenset(
    "make makes made making leave leaves left leaving value values valued valuing".split()
)


def made_worth(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "will make the minimum wage €11.25", "makes the deal worth €15 million": the wage, the deal."""
    i = first
    while i > 0 and (tokens[i - 1].low in {"worth", "at"} or tokens[i - 1].low in CONTINUES - {"to", "by", "from"}):  # fmt: skip
        i -= 1
    if i < 2 or not (tokens[i - 1].is_content or tokens[i - 1].tag == "number"):
        return None
    for j in range(i - 1, max(-1, i - 12), -1):
        token = tokens[j]
        if token.low in _MAKING:
            found = phrase_right(tokens, j + 1, ceiling=i, purpose=True)
            is_noun = found is not None and any(t.tag in {"noun", "name"} for t in tokens[found.start : found.end])  # fmt: skip
            return found if is_noun else None
        if token.tag in {"verb", "auxiliary", "mark", "relative"}:
            return None
    return None


_GIVING = re.compile(r"(?:transfer|g[ai]ve|giving|given|lend|lent|donat|pump|inject|pay|paid|sen[dt]|contribut|grant|provid|award|pledg|alloc)")  # fmt: skip


def given_to(tokens: Sequence[Token], first: int, last: int) -> Phrase | None:
    """As in "Transferred €24 million to the reserves": who or what gets it."""
    if last + 1 >= len(tokens) or tokens[last].low not in {"to", "into"}:
        return None
    if not any(_GIVING.match(t.low) and t.tag in {"verb", "participle", "gerund"} for t in tokens[max(0, first - 4) : first]):  # fmt: skip
        return None
    if tokens[last + 1].tag == "verb":
        return None
    return phrase_right(tokens, last + 1)


def priced_at(tokens: Sequence[Token], first: int) -> Phrase | None:
    """As in "bought a notebook for €1,200": the notebook."""
    i = first
    while i > 0 and tokens[i - 1].low in CONTINUES - {"to", "by", "at", "from"}:
        i -= 1
    if i < 2 or tokens[i - 1].low != "for" or tokens[i - 2].tag not in {"noun", "name"}:
        return None
    found = phrase_left(tokens, i - 1)
    if found is None:
        return None
    before = tokens[found.start - 1] if found.start else None
    if before is not None and before.tag == "determiner" and found.start > 1:
        before = tokens[found.start - 2]
    return found if before is not None and before.tag in {"verb", "participle", "auxiliary", "gerund"} else None  # fmt: skip
