"""An e-mail's page that would be too long: whole items are left to the attached PDF, never half of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from briefer.rendering.view import BriefView

_GAPS = 10
_TRIES = 7  # halvings of the share that is kept


class Counts(NamedTuple):
    """How many items of a kind."""

    stories: int
    numbers: int
    gaps: int
    sources: int


def left_out_line(counts: Counts) -> str:
    """What stands in the e-mail for what was left out; empty if nothing was.

    >>> left_out_line(Counts(12, 0, 0, 1))
    '12 more stories and 1 more source are in the attached PDF.'
    """
    names = (("story", "stories"), ("number", "numbers"), ("gap", "gaps"), ("source", "sources"))
    parts = [f"{n} more {one if n == 1 else many}" for n, (one, many) in zip(counts, names, strict=True) if n]  # fmt: skip
    if not parts:
        return ""
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{listed} {'is' if sum(counts) == 1 else 'are'} in the attached PDF."


def shortened(view: BriefView, fits: Callable[[BriefView], bool]) -> BriefView:
    """The view, or as much of it as fits: the top stories always, then numbers, then an equal share of the rest.

    Args:
        view: everything.
        fits: whether a view makes a page of the right size.
    """
    if fits(view):
        return view
    for n_cards in (len(view.cards), 8, 4, 0):
        if n_cards > len(view.cards) or not fits(_kept(view, 0.0, n_cards)):
            continue
        low, high = 0.0, 1.0
        for _ in range(_TRIES):
            middle = (low + high) / 2
            low, high = (middle, high) if fits(_kept(view, middle, n_cards)) else (low, middle)
        return _kept(view, low, n_cards)
    return _kept(view, 0.0, 0)


def _kept(view: BriefView, share: float, n_cards: int) -> BriefView:
    more = view.more[: int(len(view.more) * share)]
    # Some always: a section without any would say that there are none.
    gaps = view.gaps[: max(_GAPS, int(len(view.gaps) * share))]
    cards = view.cards[:n_cards]
    cited = {m.source for story in (*view.top, *more) for line in story.lines for m in line.marks}
    cited |= {m.source for card in cards for m in card.marks}
    cited |= {side.mark.source for dispute in view.disputes for side in dispute.sides}
    sources = tuple(source for source in view.sources if source.number in cited)
    counts = Counts(
        len(view.more) - len(more), len(view.cards) - n_cards, len(view.gaps) - len(gaps), len(view.sources) - len(sources),
    )  # fmt: skip
    return msgspec.structs.replace(
        view, more=more, gaps=gaps, cards=cards, sources=sources, left_out=left_out_line(counts)
    )
