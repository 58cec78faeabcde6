"""How telling a callout is and how likely right, learned from annotated articles.

Two logistic regressions over what is known of a callout: whether an editor would pull it out, and
whether all of it is right. Their weights lie in `weights/figure-ranking.json`; `training/` fits them.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from briefer.callouts.decide import Agreement
from briefer.callouts.fitted import weighed, weights_of
from briefer.callouts.readings import Reading
from briefer.callouts.salience import TELLING, Place, counts, is_money, words_of
from briefer.types import Callout


class Context(NamedTuple):
    """What is known of a callout besides itself.

    Attributes:
        rules: its worth by rule (`salience`).
        place: where its sentence stands.
        nth: which callout of its sentence it is, from 0.
        n_times: words of time in its sentence.
        is_new_unit: whether nothing before it in the article was measured in its unit.
        n_before: callouts before it in the article.
        repeated: likeness of what it measures to what one before it measured, from 0 to 1.
        title: of the article, "" without one.
        reading: what the reader says of its number, if there is a reader.
        agreement: how far rules and reader agree.
    """

    rules: float
    place: Place
    nth: int
    n_times: int
    is_new_unit: bool
    n_before: int
    repeated: float
    title: str
    reading: Reading | None
    agreement: Agreement | None


_CHANGE = re.compile(
    r"\b(?:rise|rose|risen|increas\w*|grow\w*|grew|climb\w*|jump\w*|gain\w*|f[ae]ll\w*|drop\w*|declin\w*|decreas\w*|"
    r"cut|lost|loss\w*|up|down|higher|lower|high|low|record)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:it|they|he|she|this|that|these|those|company|group|country|government|bank)\b", re.I)  # fmt: skip
_SUBORDINATE = re.compile(r"\b(?:which|who|when|where|if|because|although|while|after|before|as)\b")


def features(text: str, callout: Callout, context: Context) -> dict[str, float]:
    """Numbers that say how telling and how safe a callout is, by name; most from 0 to 3.

    Args:
        text: of the article.
        callout: of the article.
        context: with a reading.
    """
    sentence = callout.sentence.of(text)
    measure = callout.measure[0].of(text) if callout.measure else ""
    near = f"{measure} {callout.figure.of(text)}"
    title = words_of(context.title)
    unit, money = callout.unit_name, is_money(callout, text)
    is_percent = unit.startswith("percent")
    change, period, place = callout.change, callout.period, context.place
    value = abs(float(callout.value if callout.value is not None else callout.high or 0))
    gap = callout.figure.start - callout.measure[0].end if callout.measure else 0
    reading, agreement = context.reading, context.agreement
    assert reading is not None
    assert agreement is not None
    known: dict[str, float | bool] = {
        "rules": context.rules / 5,
        "percent": is_percent,
        "money": money,
        "no unit": not unit,
        "counts": counts(callout),
        "is change": callout.kind == "change",
        "series": callout.kind == "series",
        "level moved": change is not None and callout.kind != "change",
        "size": change is not None and change.size is not None,
        "base": change is not None and change.base is not None,
        "basis": change is not None and change.basis is not None,
        "words of change unused": change is None and _CHANGE.search(sentence) is not None,
        "comparison": callout.comparison is not None,
        "period": period is not None,
        "period unresolved": period is not None and period.end is None,
        "time unused": context.n_times > 0 and period is None,
        "times": min(context.n_times, 3),
        "attribution": callout.attribution is not None,
        "forecast": callout.standing in {"forecast", "target"},
        "bound": callout.bound != "=",
        "range": callout.low is not None,
        "measures": min(len(callout.measure), 3),
        "no measure": not callout.measure,
        "antecedent": callout.antecedent is not None,
        "measure length": min(len(measure.split()), 8) / 4,
        "measure one word": len(measure.split()) == 1,
        "measure is a name": bool(measure) and all(w[:1].isupper() for w in measure.split()),
        "measure says little": _PRONOUN.match(measure) is not None,
        "measure distance": min(abs(gap), 120) / 40,
        "measure after": gap < 0,
        "siblings": min(place.n_callouts, 6) / 2,
        "nth": min(context.nth, 4),
        "sentence length": min(len(sentence), 400) / 200,
        "first": place.order == 0,
        "second": place.order == 1,
        "third": place.order == 2,
        "position": place.order / max(place.n_sentences, 8),
        "late": place.order >= 8,
        "quoted": re.search(r"[\"“”]", sentence) is not None,
        "colon": re.search(r"[:;]", sentence) is not None,
        "bracket": "(" in sentence,
        "commas": min(sentence.count(","), 5) / 2,
        "title near": min(len(title & words_of(near)), 3),
        "title in sentence": min(len(title & words_of(sentence)), 5),
        "in title": len(callout.number.of(text)) > 1 and callout.number.of(text) in context.title,
        "telling": TELLING.search(near) is not None,
        "in words": callout.number.of(text)[:1].isalpha(),
        "magnitude": 0.0 if is_percent else min(len(str(int(value))), 12) / 4,
        "new unit": context.is_new_unit,
        "before": min(context.n_before, 12) / 4,
        "repeated": context.repeated,
        "repeated percent": context.repeated if is_percent else 0.0,
        "subordinate": _SUBORDINATE.search(text[callout.sentence.start : callout.figure.start]) is not None,
        "reader told": _logit(reading.is_told),
        "reader statistic": _logit(reading.is_statistic),
        "reader kind": _logit(reading.is_change if callout.kind == "change" else 1 - reading.is_change),
        "measure score": max(agreement.measure_score, -8) / 2,
        "measure agrees": agreement.measure,
        "period agrees": agreement.period,
        "period margin": agreement.period_margin / 4,
        "direction agrees": _logit(agreement.direction),
    }  # fmt: skip
    return {name: float(value) for name, value in known.items()}


def _logit(p: float) -> float:
    p = min(max(p, 0.005), 0.995)
    return math.log(p / (1 - p))


def chances(text: str, callout: Callout, context: Context) -> tuple[float, float]:
    """Probability that an editor would pull a callout out, and that all of it is right."""
    known = features(text, callout, context)
    known["bias"] = 1.0
    told, right = (
        1 / (1 + math.exp(-weighed(known, weights_of(name)))) for name in ("told", "right")
    )
    return told, right


# The editor's order: a level with its change and a comparison, then a series, then bare levels. The
# annotators were asked about numbers, one by one; what is left of the doubt of these is less.
_SERIES, _COMPARED = 0.3, 0.3


def rank(text: str, callout: Callout, context: Context) -> float:
    """Worth of a callout, from 0 to 10: how telling it is, lowered where it is unlikely to be right."""
    told, right = chances(text, callout, context)
    if callout.kind == "series":
        told = 1 - _SERIES * (1 - told)
    elif callout.comparison is not None or (callout.change and callout.change.size is not None):
        told = 1 - _COMPARED * (1 - told)
    return 10 * told * right
