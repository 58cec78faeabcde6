"""One run at a time: two that write one folder would mix their briefs."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from briefer.resources import data_dir


class OtherRunError(Exception):
    """Another run is at work on the same folder."""


@contextlib.contextmanager
def only_run(folder: Path, *, waits: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of an output folder; it goes with the process, however that ends.

    Args:
        folder: that the run writes.
        waits: for another run to end; else it is left to it.
        say: told of the other run.

    Raises:
        OtherRunError: there is one, and this one does not wait.
    """
    import filelock

    name = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = data_dir() / "locks" / f"{name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            if not waits:
                raise OtherRunError from None
            say(f"Another run is making a brief in {folder}; waiting for it to end.")
            lock.acquire()
    except OSError:  # a folder that cannot be written: a brief matters more than the lock
        yield
        return
    try:
        yield
    finally:
        lock.release()
