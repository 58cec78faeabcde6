"""Which numbers an editor would call out, by rule.

A level with its change and a comparison come before a series, a series before bare levels; a
period, a source, an early place and words of the headline count for a number; small counts come
last. The weights were set on the articles of benchmarks/gold that are for tuning.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from briefer.callouts.units import LISTED_UNITS
from briefer.types import Callout

_WORD = re.compile(r"[^\W\d_]{4,}")
TELLING = re.compile(
    r"\b(?:record|highest|lowest|largest|biggest|first\stime|total\w*|average|rate|share|number\sof|overall|unemployment|inflation|"
    r"growth|profits?|losses|loss|revenue|sales|deaths?|killed|jobs|budget|deficit|price|prices|exports|imports|gdp|economy)\b",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """Where a sentence stands, and how many callouts it has."""

    order: int
    n_sentences: int
    n_callouts: int

    def worth(self, n: int) -> float:
        """What the place adds for the sentence's callout ``n``: news stands at the top."""
        score = 1.2 / (1 + self.order) - 0.7 * self.order / max(self.n_sentences, 8)
        score += 1.5 * (self.order < 2) + 1.0 * (self.order < 3)
        score += 0.5 if n == 0 else -0.3
        return score - 0.15 * self.n_callouts


def worth(text: str, callout: Callout, title: frozenset[str]) -> float:
    """What a callout is worth for what it says, whatever its place."""
    value = abs(callout.value if callout.value is not None else callout.high or Decimal(0))
    magnitude = len(str(int(value)))
    score = 0.0
    change = callout.change
    if callout.kind == "series":
        score += 1.9
    elif change is not None:
        score += 2.6 if change.size is not None else 0.4
    if callout.comparison is not None:
        score += 2.2
    if callout.unit_name.startswith("percent"):
        score += 1.6
    elif "point" in callout.unit_name:
        score += 0.4
    elif is_money(callout, text):
        score += 0.17 * min(magnitude, 10)
    else:
        score += 0.1 + 0.12 * min(magnitude, 9) + (0.3 if value >= 1000 else 0.0) - (0.6 if value < 12 else 0.0)  # fmt: skip
    score += 0.4 if callout.period is not None else 0.0
    score += 0.2 if callout.attribution is not None else 0.0
    score += 1.0 if callout.measure or callout.antecedent else 0.0
    score += 0.4 if callout.bound != "=" else 0.0
    score -= 0.3 if callout.standing in {"forecast", "target"} else 0.0
    near = " ".join(s.of(text) for s in callout.measure) + " " + callout.figure.of(text)
    score += 0.3 if TELLING.search(near) else 0.0
    sentence = callout.sentence.of(text)
    score += 0.45 * min(3, len(title & words_of(near)))
    score += 0.2 * min(4, len(title & words_of(sentence)))
    score += min(0.9, len(sentence) / 300)
    in_words = callout.number.of(text)[:1].isalpha() and value <= 20
    return score - (1.0 if in_words and not callout.unit_name.startswith("percent") else 0.0)


def words_of(text: str) -> frozenset[str]:
    """Words of four letters or more, in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def is_money(callout: Callout, text: str) -> bool:
    """Whether it is a sum of money."""
    unit = callout.unit.of(text) if callout.unit else ""
    return not unit[:1].isalnum() or callout.unit_name.split(" per ")[0].split(" ")[-1] in {
        "dollar", "euro", "sterling", "yen", "yuan", "rupee", "won", "franc", "peso", "real", "rand", "lira", "crown", "ringgit",
    }  # fmt: skip


def counts(callout: Callout) -> bool:
    """Whether its unit is a counted noun ("1,204 building permits")."""
    return (
        bool(callout.unit and callout.unit_name)
        and callout.unit_name.split(" per ")[0] not in LISTED_UNITS
    )
