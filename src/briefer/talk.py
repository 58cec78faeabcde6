"""Messages to the user on standard error; standard output carries the product only."""

from __future__ import annotations

import sys


class Talk:
    """Messages on standard error, as many as the user asked for."""

    level = 0

    def say(self, message: str) -> None:
        """Tell something that the user should know of."""
        if self.level >= 0:
            print(message, file=sys.stderr, flush=True)

    def detail(self, message: str) -> None:
        """Tell something that the user asked to be told (-v)."""
        if self.level >= 1:
            print(message, file=sys.stderr, flush=True)
