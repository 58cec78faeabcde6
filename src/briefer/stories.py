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
_TOO_COMMON = 20  # a run in more articles than this is a standing phrase, not a copied one


def group_copies(articles: Sequence[Article]) -> list[list[int]]:
    """Indices of the articles by report, each group in the given order.

    The earliest article of a group leads it: by publication where known, then by order.
    Time and memory are linear in the number of words, but for runs shared by many articles.
    """
    runs = [_runs_of(article) for article in articles]
    holders: dict[int, list[int]] = defaultdict(list)
    for i, found in enumerate(runs):
        for run in found:
            holders[run].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for group in holders.values():
        if 1 < len(group) <= _TOO_COMMON:
            for a, first in enumerate(group):
                for second in group[a + 1 :]:
                    shared[first, second] += 1
    leader = list(range(len(articles)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for (first, second), count in shared.items():
        if count >= _COPY_FROM * min(len(runs[first]), len(runs[second])):
            leader[find(second)] = find(first)
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(len(articles)):
        groups[find(i)].append(i)
    return [sorted(group, key=lambda i: (_day(articles[i]), i)) for group in groups.values()]


def _day(article: Article) -> str:
    return article.published.date if article.published else "9999"


def _runs_of(article: Article) -> frozenset[int]:
    words = re.findall(r"\w+", " ".join(s.of(article.text) for s in article.body()).lower())
    return frozenset(hash(tuple(words[i : i + _RUN])) for i in range(len(words) - _RUN + 1))
