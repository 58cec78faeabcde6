"""Which articles tell the same story: copies of one wire report are found and counted once.

First cut: copies are articles that share most of their runs of five words (Broder 1997,
"On the resemblance and containment of documents"), whatever their headlines say.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from briefer.types import Article

_RUN = 5  # words
_COPY_FROM = 0.6  # share of the shorter article's runs that the longer one has too
_ENOUGH_RUNS = 30  # in fewer, one shared standing sentence would make a copy
_TOO_COMMON = 50  # a run in more reports than this is a standing phrase, not a copied one


def group_copies(articles: Sequence[Article]) -> list[list[int]]:
    """Indices of the articles by report; each group is led by its earliest article.

    Earliest is by publication where known, then by the given order. An article joins the report
    that it shares most with, compared with its leader alone, so that a chain of half-likenesses
    never makes one report of two. Groups come in the order of their first article as given.
    """
    runs = [_runs_of(article) for article in articles]
    holders: dict[int, list[int]] = defaultdict(list)  # run → leaders that have it
    groups: dict[int, list[int]] = {}
    for i in sorted(range(len(articles)), key=lambda i: (_day(articles[i]), i)):
        shared = Counter(
            leader for run in runs[i] if len(holders[run]) <= _TOO_COMMON for leader in holders[run]
        )
        likeness = {
            leader: count / max(min(len(runs[i]), len(runs[leader])), _ENOUGH_RUNS)
            for leader, count in shared.items()
        }
        best = max(likeness, key=lambda leader: (likeness[leader], -leader), default=None)
        if best is not None and likeness[best] >= _COPY_FROM:
            groups[best].append(i)
            continue
        groups[i] = [i]
        for run in runs[i]:
            holders[run].append(i)
    return sorted(groups.values(), key=min)


def _day(article: Article) -> str:
    return article.published.date if article.published else "9999"


def _runs_of(article: Article) -> frozenset[int]:
    words = re.findall(r"\w+", " ".join(s.of(article.text) for s in article.body()).lower())
    return frozenset(hash(tuple(words[i : i + _RUN])) for i in range(len(words) - _RUN + 1))
