"""Who does the work on an archive: this process, several of them, or a cluster (`ray_engine`).

An engine takes reports and gives a result for each, in any order. A result does not depend on the engine,
nor on which reports were in hand beside it: sentences of different reports are never padded into one batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import subprocess
import sys
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import cache
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, cast

import msgspec

from briefer.errors import BrieferError, EngineError
from briefer.ledger import Result
from briefer.models.catalog import WRITERS
from briefer.models.contract import Embedder
from briefer.models.runtime import written_at_once
from briefer.pipeline import load_models
from briefer.reading.archive import Place, read_place
from briefer.reading.request import Reply, Request, read_frame, write_frame
from briefer.reading.sources import Item
from briefer.reading.untrusted import GuardedReader
from briefer.summarizing import Models, Settings, summarize_all
from briefer.types import Failure, Outcome, Value

_TICK: Final = 5.0  # seconds after which an engine without a result lets its caller look around
_AHEAD: Final = 5  # reports that a worker has in hand: one at work, some read, some on their way
_AHEAD_WRITERS: Final = (
    3  # times what a model that writes takes at once: a worker waits until it has that many
)
_STRIKES: Final = 2  # workers that may die in a row, of each, before anything was done


class Job(Value, frozen=True):
    """How reports are to be done.

    Attributes:
        settings: model, runtime, number of bullets.
        plain: take texts as they are.
    """

    settings: Settings
    plain: bool = False

    def digest_of(self, item: Item) -> bytes:
        """Sixteen bytes that stand for what is in a report and how it is read, and not for its name."""
        head = f"{item.media}:{int(self.plain)}:".encode()
        return hashlib.sha256(head + item.data).digest()[:16]


class Task(NamedTuple):
    """A report to be done: its number and its bytes, or where they lie."""

    seq: int
    item: Item | None = None
    place: Place | None = None

    @property
    def name(self) -> str:
        """The source's name."""
        return self.item.source if self.item else self.place.name if self.place else ""


class Engine(Protocol):
    """Does reports.

    Attributes:
        reads: whether its workers read the reports where they lie, and are told places.
    """

    reads: bool

    def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
        """A result of each report, in any order; ``None`` where there was none for a while."""


def pack(outcome: Outcome) -> bytes:
    """An outcome in few bytes."""
    return zlib.compress(msgspec.msgpack.encode(outcome), 1)


def unpack(body: bytes) -> Outcome:
    """The outcome that `pack` packed."""
    return msgspec.msgpack.decode(zlib.decompress(body), type=Outcome)


def result_of(seq: int, digest: bytes, outcome: Outcome, seconds: float, vectors: bytes = b"") -> Result:  # fmt: skip
    """An outcome as the ledger keeps it."""
    kind = outcome.failure.kind if outcome.failure else ""
    refused = outcome.summary.refused if outcome.summary else 0
    return Result(seq, digest, kind, refused, round(seconds, 4), pack(outcome), vectors)


class Reading(NamedTuple):
    """A report that was read: its number and digest, what came of it, and when its reading began and ended."""

    seq: int
    digest: bytes
    outcome: Outcome
    seconds: float


def read(task: Task, reader: GuardedReader, job: Job) -> Reading:
    """Have a report parsed in a guarded process."""
    began = time.perf_counter()
    item = task.item or read_place(task.place or Place(b""))
    if isinstance(item, Failure):
        return Reading(task.seq, b"", Outcome(item.source, failure=item), 0.0)
    reply: Reply = reader.read(Request(item.source, item.media, item.data, job.plain))
    outcome = Outcome(item.source, article=reply.article, failure=reply.failure)
    return Reading(task.seq, job.digest_of(item), outcome, time.perf_counter() - began)


def summarized(readings: Iterable[Reading], models: Callable[[], Models], job: Job) -> Iterator[Result]:  # fmt: skip
    """A result of each report that was read, in order."""
    in_hand: deque[tuple[Reading, float]] = deque()
    load = cache(models)

    def outcomes() -> Iterator[Outcome]:
        for reading in readings:
            in_hand.append((reading, time.perf_counter()))
            yield reading.outcome

    for outcome in summarize_all(outcomes(), load, job.settings):
        reading, began = in_hand.popleft()
        vectors = _vectors_of(outcome, load) if outcome.summary else b""
        seconds = reading.seconds + time.perf_counter() - began
        yield result_of(reading.seq, reading.digest, outcome, seconds, vectors)


def _vectors_of(outcome: Outcome, models: Callable[[], Models]) -> bytes:
    """Vectors of what is printed, for searching by meaning: int8, one behind the other."""
    extractor = models().extractor
    lines = outcome.summary.printed() if outcome.summary else []
    if not lines or not isinstance(extractor, Embedder):
        return b""
    vectors = extractor.vectors_of(lines)
    return bytes((vectors * 127).round().astype("int8").tobytes())


class Serial:
    """One report after the other, in this process; parsed in a guarded one, as everywhere.

    Args:
        job: how.
        say: told of what takes long.
    """

    reads = False

    def __init__(self, job: Job, say: Callable[[str], None]) -> None:
        self._job, self._say = job, say

    def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
        """See `Engine`."""
        with GuardedReader() as reader:
            readings = (read(task, reader, self._job) for task in tasks)
            yield from summarized(
                readings, lambda: load_models(self._job.settings, self._say), self._job
            )


class Processes:
    """Several processes of one thread each, with a guarded reader of their own.

    Args:
        job: how.
        n: processes.
        say: told of what takes long, and of workers that died.
    """

    reads = False

    def __init__(self, job: Job, n: int, say: Callable[[str], None]) -> None:
        self._job, self._n, self._say = job, n, say
        self._ahead = _AHEAD
        if job.settings.model.kind in WRITERS:
            self._ahead = _AHEAD_WRITERS * written_at_once(job.settings.runtime)

    def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
        """See `Engine`.

        Raises:
            EngineError: workers die before they do anything.
            ModelError: the model cannot be loaded.
        """
        replies: queue.Queue[tuple[_Worker, bytes | None]] = queue.Queue()
        suspects: deque[Task] = deque()  # of workers that died: each is given alone
        todo = _Rest(tasks)
        workers = [_Worker(self._job, replies) for _ in range(self._n)]
        barren = 0  # workers that died without a result, in a row
        try:
            while True:
                for worker in workers:
                    self._feed(worker, todo, suspects)
                if todo.is_over and not suspects and not any(w.in_hand for w in workers):
                    return
                try:
                    worker, reply = replies.get(timeout=_TICK)
                except queue.Empty:
                    yield None
                    continue
                if worker not in workers:
                    continue  # of one that was replaced
                if reply is not None:
                    result = worker.done(reply)
                    barren = 0
                    yield result
                    continue
                if worker.is_open or worker.in_hand:
                    barren += 1
                    if barren > _STRIKES * self._n:
                        raise EngineError("the worker processes die before they do anything", hint="Run with `--engine serial` to see why; BRIEFER_DEBUG=1 shows more")  # fmt: skip
                    for failed in self._bury(worker, suspects):
                        barren = 0  # a report is to blame
                        yield failed
                elif todo.is_over and not suspects:
                    continue  # it ended since there is no more to do
                worker.stop()
                workers[workers.index(worker)] = _Worker(self._job, replies)
        finally:
            for worker in workers:
                worker.stop()

    def _feed(self, worker: _Worker, todo: _Rest, suspects: deque[Task]) -> None:
        """Give a worker as much as it may have in hand."""
        while worker.is_open and not worker.is_alone and len(worker.in_hand) < self._ahead:
            if suspects:
                if not worker.in_hand:
                    worker.is_alone = True
                    worker.give(suspects.popleft())
                    if self._ahead > _AHEAD:
                        worker.finish()  # a model that writes would wait for more
                return
            task = todo.take()
            if task is None:
                worker.finish()
                return
            worker.give(task)

    def _bury(self, worker: _Worker, suspects: deque[Task]) -> Iterator[Result]:
        """What a dead worker had in hand is done by others, one by one; what was alone in its hand is a failure."""
        left = list(worker.in_hand.values())
        if worker.is_alone:
            failure = Failure(left[0].name, "the worker process died of it, twice", "Leave it out, and report it: this is a fault of briefer, or of the machine's memory", "WorkerDiedError")  # fmt: skip
            yield result_of(left[0].seq, b"", Outcome(left[0].name, failure=failure), 0.0)
        elif left:
            suspects.extend(left)
            self._say("a worker process died; another one goes on")


class _Rest:
    """Tasks that nobody has yet, and whether there are none left."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self.is_over = False

    def take(self) -> Task | None:
        """The next one; ``None`` if there is none."""
        task = next(self._tasks, None)
        self.is_over = task is None
        return task


class _Worker:
    """A process, and what it has in hand in the order in which it was given."""

    def __init__(self, job: Job, replies: queue.Queue[tuple[_Worker, bytes | None]]) -> None:
        self.in_hand: dict[int, Task] = {}
        self.is_open = True  # whether it may be given more
        self.is_alone = False  # whether it has a report that may kill it, and is given no other
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "briefer.engine_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("BRIEFER_DEBUG") else subprocess.DEVNULL,
            # A session of its own: Ctrl-C is for the parent, which lets it finish what is in hand.
            start_new_session=True,
            env={**os.environ, "BRIEFER_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        self._stdin = cast("BinaryIO", self._process.stdin)
        threading.Thread(target=self._listen, args=(replies,), daemon=True).start()
        self._send(msgspec.msgpack.encode(job))

    def give(self, task: Task) -> None:
        """Send a report; to a dead process too, whose death is told by its silence."""
        self.in_hand[task.seq] = task
        self._send(msgspec.msgpack.encode(task))

    def finish(self) -> None:
        """Tell it that no more will come, so that it waits for none."""
        self.is_open = False
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()

    def done(self, reply: bytes) -> Result:
        """A reply as a result.

        Raises:
            ModelError: the worker could not load the model.
        """
        found = msgspec.msgpack.decode(reply, type=Result | Refusal)
        if isinstance(found, Refusal):
            raise found.error()
        self.in_hand.pop(found.seq, None)
        self.is_alone = self.is_alone and bool(self.in_hand)
        return found

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                cast("Any", stream).close()

    def _send(self, body: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            write_frame(self._stdin, body)

    def _listen(self, replies: queue.Queue[tuple[_Worker, bytes | None]]) -> None:
        stream = cast("BinaryIO", self._process.stdout)
        with contextlib.suppress(OSError, ValueError):
            while (body := read_frame(stream)) is not None:
                replies.put((self, body))
        replies.put((self, None))


class Refusal(Value, frozen=True, tag=True):
    """Why a worker cannot work at all."""

    what: str
    where: str
    hint: str

    def error(self) -> BrieferError:
        """The same as an error."""
        return EngineError(self.what, where=self.where, hint=self.hint)
