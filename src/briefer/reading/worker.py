"""The guarded worker: reads requests on standard input, answers on standard output.

Started by `untrusted` as ``python -m briefer.reading.worker``; frames (`request`) hold a msgpack
`Request` one way and a `Reply` the other.
"""

from __future__ import annotations

import contextlib
import sys

import msgspec

from briefer.errors import BrieferError
from briefer.limits import end_with_parent
from briefer.reading.parsing import parse
from briefer.reading.request import Reply, Request, read_frame, write_frame
from briefer.types import Failure, failure_from

MEMORY_LIMIT = 2 * 1024**3  # bytes of address space


def main() -> None:
    """Answer requests until standard input ends."""
    _limit_memory()
    end_with_parent()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    # A parser that prints must not break the frames.
    sys.stdout = sys.stderr
    while (body := read_frame(requests)) is not None:
        reply = _answer(msgspec.msgpack.decode(body, type=Request))
        write_frame(replies, msgspec.msgpack.encode(reply))


def _answer(request: Request) -> Reply:
    try:
        return Reply(article=parse(request))
    except BrieferError as error:
        return Reply(failure=failure_from(request.source, error))
    except MemoryError:
        what, hint = "it needs more memory than a source may take", "Split it, or leave it out"
        return Reply(failure=Failure(request.source, what, hint, "ReaderCrashedError"))
    # Parsers of untrusted bytes raise anything; whatever it is concerns this source alone.
    except Exception as error:
        what = f"the {request.media} reader failed ({type(error).__name__}: {str(error)[:120]})"
        hint = "Save the text of the article as .txt and read that"
        return Reply(failure=Failure(request.source, what, hint, "ReaderCrashedError"))


def _limit_memory() -> None:
    # Absent on Windows, refused in some containers; the time limit holds everywhere.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
