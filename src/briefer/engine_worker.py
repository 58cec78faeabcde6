"""A worker of the engine `processes`: reports on standard input, results on standard output.

Started by `engines` as ``python -m briefer.engine_worker``; frames (`reading.request`) hold a msgpack
`Job`, then `Task` after `Task` one way, and a `Result` for each the other.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from briefer.engines import Job, Reading, Refusal, Task, read, summarized
from briefer.errors import BrieferError
from briefer.limits import end_with_parent
from briefer.pipeline import load_models
from briefer.reading.request import read_frame, write_frame
from briefer.reading.untrusted import GuardedReader

_READ_AHEAD: Final = 3  # reports parsed while another one is summarised


def main() -> None:
    """Do reports until standard input ends."""
    end_with_parent()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    # A library that prints must not break the frames.
    sys.stdout = sys.stderr
    first = read_frame(requests)
    if first is None:
        return
    job = msgspec.msgpack.decode(first, type=Job)
    try:
        models = load_models(job.settings, lambda _: None)
    except BrieferError as error:
        refusal = Refusal(error.what, error.where, error.hint)
        write_frame(replies, msgspec.msgpack.encode(refusal))
        return
    with GuardedReader() as reader:
        for result in summarized(_readings(requests, reader, job), lambda: models, job):
            write_frame(replies, msgspec.msgpack.encode(result))


def _readings(requests: BinaryIO, reader: GuardedReader, job: Job) -> Iterator[Reading]:
    """Reports as they come, parsed in another process while this one is at work."""
    ready: queue.Queue[Reading | None] = queue.Queue(_READ_AHEAD)

    told = bool(os.environ.get("BRIEFER_DEBUG"))

    def fill() -> None:
        while (body := read_frame(requests)) is not None:
            task = msgspec.msgpack.decode(body, type=Task)
            if told:
                print(f"begun {task.seq}", file=sys.stderr, flush=True)
            ready.put(read(task, reader, job))
        ready.put(None)

    threading.Thread(target=fill, daemon=True).start()
    while (reading := ready.get()) is not None:
        yield reading


if __name__ == "__main__":
    main()
