"""One sign for how a number is to be read, as published evaluations of quantities use it."""

from __future__ import annotations

from typing import Literal

from briefer.callouts.figures import Figure

ChangeSymbol = Literal["=", "~", ">", "<", "up", "down"]


def change_symbol(figure: Figure) -> ChangeSymbol:
    """The bound, where there is one; else "up" or "down" for the size of a change, else "="."""
    movement = figure.movement
    if figure.bound.sign == "=" and movement is not None and movement.relation == "size":
        return movement.direction or "="
    return figure.bound.sign
