"""Limits for what nothing else would stop: code that is not ours, and processes without their parent."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator


class TookTooLongError(Exception):
    """Raised in the middle of whatever was running when its time was up."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop what runs inside after so many seconds of the clock, in whichever thread it runs.

    Signals reach the main thread only; an exception set from another thread is raised at the next
    step of the interpreter. A single call into C is not interrupted.

    Raises:
        TookTooLongError: the time was up.
    """
    lock = threading.Lock()
    over = False
    struck = False
    thread = threading.get_ident()

    def strike() -> None:
        nonlocal struck
        with lock:
            if not over:
                struck = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(TookTooLongError)
                )

    timer = threading.Timer(seconds, strike)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # One that was set at the last moment is raised here, and not somewhere behind.
        with contextlib.suppress(TookTooLongError):
            with lock:
                over = True
            for _ in range(1000 if struck else 0):
                pass
        over = True


def end_with_parent() -> None:
    """Have the kernel end this process when its parent dies, in the midst of a page too."""
    # Linux only; elsewhere a worker ends with its standard input, after the page in hand.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
