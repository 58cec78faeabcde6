"""Messages to the user on standard error; standard output carries the product only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
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

    @contextlib.contextmanager
    def transfer(self, label: str, total: int) -> Iterator[Callable[[int], None]]:
        """A transfer of ``total`` bytes: a bar with speed and time left on a terminal, else one line.

        What is given is called with how many bytes are there.
        """
        if not sys.stderr.isatty() or self.level < 0:
            self.say(f"  {label} ({total / 1e6:,.1f} MB)")
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import (  # fmt: skip
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (TextColumn("  {task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())  # fmt: skip
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(label, total=total)
            yield lambda n: progress.update(task, completed=n)


#: The command line's own; its callback sets the level.
talk = Talk()
