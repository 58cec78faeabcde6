"""Callouts: the numbers of an article that are statistics, each as spans of its text.

`numbers` and `ranges` find numbers, `units` and `bounds` what stands beside them, `roles` tells a
quantity from a date, an age or a label. `changes`, `periods`, `measures` and `attribution` say
what a number is about, `series` finds values over time. `figures` and `compose` join these for
one sentence; `salience` says which of them an editor would pull out, `agreement` which of
them several articles give or dispute.
"""

from briefer.callouts.finding import find_callouts
from briefer.callouts.listing import list_numbers

__all__ = ["find_callouts", "list_numbers"]
