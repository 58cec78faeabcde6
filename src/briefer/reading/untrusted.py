"""Guarded reading: untrusted bytes are parsed in a child process with memory and time capped.

A parser that crashes, hangs or eats memory costs one source and one child process, and the
next source gets a new child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Protocol, cast

import msgspec

from briefer.errors import SourceError
from briefer.reading.request import Reply, Request, read_frame, write_frame
from briefer.reading.sources import Item
from briefer.resources import code_version
from briefer.types import Failure, Outcome

TIME_LIMIT = 30.0  # seconds for one source
_LIBRARIES = ("trafilatura", "resiliparse", "markdown-it-py", "py3langid", "charset-normalizer")
_LOOKAHEAD = 16  # sources read ahead of the one in hand


class ReadingCache(Protocol):
    """Where readings of earlier runs can be found; `briefer.store.Store` is one."""

    def get_reading(self, key: str) -> Outcome | None:
        """What came of the reading stored under a key, if there is one."""

    def put_reading(self, key: str, outcome: Outcome) -> None:
        """Keep what came of a reading under a key."""


class GuardedReader:
    """One worker process, started when first needed and replaced when it dies.

    Args:
        time_limit: seconds that one source may take.
    """

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> GuardedReader:
        """Give itself; the worker starts with the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the worker."""
        self.close()

    def read(self, request: Request) -> Reply:
        """Have one source parsed; a dead or slow worker gives a failure, never an exception."""
        try:
            body = msgspec.msgpack.encode(request)
            process = self._running()
        except (OSError, UnicodeError) as error:
            return _crashed(request, f"no worker could be given it ({error})")
        timed_out = threading.Event()

        def stop() -> None:
            timed_out.set()
            process.kill()

        timer = threading.Timer(self._time_limit, stop)
        timer.start()
        try:
            write_frame(cast("BinaryIO", process.stdin), body)
            reply = read_frame(cast("BinaryIO", process.stdout))
        except (OSError, ValueError):  # the worker died, or was stopped, while we wrote
            reply = None
        finally:
            timer.cancel()
        if reply is not None:
            return msgspec.msgpack.decode(reply, type=Reply)
        self.close()
        what = (
            f"reading it took longer than {self._time_limit:.0f} s"
            if timed_out.is_set()
            else "the reader crashed on it"
        )
        return _crashed(request, what)

    def close(self) -> None:
        """Stop the worker, if one runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # Closing flushes, and the other end is gone.
                try:
                    stream.close()
                except OSError:
                    continue

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "briefer.reading.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("BRIEFER_DEBUG") else subprocess.DEVNULL,
                # A session of its own: Ctrl-C is for who waits for the answer.
                start_new_session=True,
                # One thread: a worker that starts a thread a core fights with inference.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._process


def _crashed(request: Request, what: str) -> Reply:
    hint = "Save the text of the article as .txt and read that"
    return Reply(failure=Failure(request.source, what, hint, "ReaderCrashedError"))


def read_items(
    items: Iterable[Item | Failure], *, plain: bool = False, cache: ReadingCache | None = None
) -> Iterator[Outcome]:
    """Read sources in order, a few ahead of the one in hand.

    Args:
        items: what `sources.find_items` found.
        plain: take texts as they are, without looking for headers and captions.
        cache: earlier readings, so that unchanged bytes are not parsed again.
    """
    version = code_version("reading", "types.py", libraries=_LIBRARIES)
    with GuardedReader() as reader, ThreadPoolExecutor(1, "reading") as thread:
        ahead: deque[Future[Outcome]] = deque()

        def one(item: Item | Failure) -> Outcome:
            if isinstance(item, Failure):
                return Outcome(item.source, failure=item)
            request = Request(item.source, item.media, item.data, plain)
            key = f"{version}:{item.media}:{int(plain)}:{item.digest()}"
            outcome = cache.get_reading(key) if cache else None
            if outcome is None:
                reply = reader.read(request)
                outcome = Outcome(item.source, article=reply.article, failure=reply.failure)
                # A crash or a time-out may have been the machine's; it is tried again.
                lasting = reply.failure is None or reply.failure.kind == SourceError.__name__
                if cache and lasting:
                    cache.put_reading(key, outcome)
            return outcome

        try:
            for item in items:
                ahead.append(thread.submit(one, item))
                if len(ahead) >= _LOOKAHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            # Whoever stops early waits neither for the sources ahead nor for the one in hand.
            thread.shutdown(wait=False, cancel_futures=True)
            reader.close()
