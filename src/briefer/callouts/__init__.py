"""Callouts: the numbers of an article that are statistics, each as spans of its text.

`numbers` finds numbers, `units` what stands beside them, `roles` tells a quantity from a date,
an age or a label, `salience` says which of them an editor would pull out.
"""

from briefer.callouts.salience import find_callouts

__all__ = ["find_callouts"]
