"""Messages to the user on standard error; standard output carries the product only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


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

    def with_progress(self, items: Iterable[_T], label: str) -> Iterator[_T]:
        """The items, with a progress line on a terminal and nothing elsewhere."""
        if not sys.stderr.isatty() or self.level < 0:
            yield from items
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} done"), TimeElapsedColumn())  # fmt: skip
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(label, total=None)
            for item in items:
                progress.advance(task)
                yield item
