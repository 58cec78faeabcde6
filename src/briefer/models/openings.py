"""How much a sentence reads like the opening of its article, wherever it stands.

News says the main thing first, and says it in a way of its own: with full names, a day, no "he".
A logistic regression that was taught to find the first two sentences among the others, from their
form and meaning alone, finds what is news when it stands last as well. `training/` fits it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from briefer.models.contract import FloatArray

_TOKEN = re.compile(r"[^\W_]+")
_NAME = re.compile(r"(?:[A-Z][\w’'-]{0,40} ){1,3}[A-Z][\w’'-]{0,40}")
_DAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[Tt]oday|[Yy]esterday)\b")
_POINTING: Final = frozenset("he she they it his her their its him them this these those who".split())  # fmt: skip
_POINTING_FIRST: Final = frozenset("he she they it his her their its this that these those both another others".split())  # fmt: skip
_PERSONAL: Final = frozenset("i we you my our me us".split())
_JOINING: Final = frozenset("but and however also moreover meanwhile still yet so additionally furthermore although while despite as according for in".split())  # fmt: skip
_LONGEST = 40  # words; longer sentences count as so long

#: What is looked at in the form of a sentence, in the order of `form_of`.
FORM: Final = (
    "length",
    "begins with a connective",
    "begins by pointing back",
    "begins with the",
    "pointing words",
    "I, we or you",
    "names a day",
    "holds quotation marks",
    "begins with a quotation mark",
    "share of capitals",
    "long names",
    "long names whose last word comes again",
    "numbers",
    "said",
    "how often its capitals come",
    "bracket",
    "share of the",
    "a or an",
    "was, were or had",
    "has or have",
    "question",
)


def form_of(sentences: Sequence[str]) -> FloatArray:
    """What the form of each sentence is, shape (n_sentences, ``len(FORM)``)."""
    capitals = [
        [w for w in re.findall(r"[^\W\d_][\w’'-]*", text)[1:] if w[0].isupper()]
        for text in sentences
    ]
    often = Counter(word for words in capitals for word in words)
    rows = [_form(text, words, often) for text, words in zip(sentences, capitals, strict=True)]
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(FORM))


def _form(text: str, capitals: Sequence[str], often: Mapping[str, int]) -> list[float]:
    words = _TOKEN.findall(text.lower())
    n = max(1, len(words))
    first = words[0] if words else ""
    names = [name.split() for name in _NAME.findall(text)]
    last = Counter(name[-1] for name in names)
    held = Counter(words)
    return [
        min(n, _LONGEST) / 20,
        first in _JOINING,
        first in _POINTING_FIRST,
        first == "the",
        sum(held[w] for w in _POINTING),
        sum(held[w] for w in _PERSONAL),
        bool(_DAY.search(text)),
        any(mark in text for mark in '"“”'),
        text[:1] in '"“‘\'',
        len(capitals) / n,
        len(names),
        sum(often.get(word, 0) > count for word, count in last.items()),
        sum(any(c.isdigit() for c in w) for w in words),
        "said" in held or "says" in held,
        sum(often[w] for w in capitals) / max(1, len(capitals)),
        "(" in text,
        held["the"] / n,
        "a" in held or "an" in held,
        held["was"] + held["were"] + held["had"],
        held["has"] + held["have"],
        text.endswith("?"),
    ]  # fmt: skip


def form_scores(forms: FloatArray, form: Mapping[str, float]) -> FloatArray:
    """How much each sentence looks like an opening, in standard deviations of the document, shape (n_sentences,).

    Args:
        forms: from `form_of`.
        form: weights by the names of `FORM`.
    """
    return standardized(forms @ np.array([form[name] for name in FORM], dtype=np.float32))


def opening_scores(
    forms: FloatArray,
    vectors: FloatArray,
    form: Mapping[str, float],
    meaning: Sequence[float] | None,
) -> FloatArray:
    """How much each sentence reads like an opening, in standard deviations of the document, shape (n_sentences,).

    Args:
        forms: from `form_of`.
        vectors: unit rows, shape (n_sentences, n_dimensions).
        form: weights by the names of `FORM`, and that of "centrality".
        meaning: weights of the dimensions, if they were fitted for this encoder.
    """
    weights = np.array([form[name] for name in FORM], dtype=np.float32)
    scores = forms @ weights + form["centrality"] * centrality(vectors)
    if meaning is not None:
        scores = scores + vectors @ np.asarray(meaning, dtype=np.float32)
    return standardized(scores)


def centrality(vectors: FloatArray) -> FloatArray:
    """Likeness of each sentence to the mean of all, shape (n_sentences,); O(n) where a graph is O(n²)."""
    middle = vectors.mean(axis=0)
    return np.asarray(vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-12)))


def standardized(values: FloatArray) -> FloatArray:
    """Values less their mean, over their standard deviation."""
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), dtype=np.float32)
