"""The reports of an archive: where each lies, found without reading what is known already.

A report is a file, or a line of a file of records. Archives lie in folders, or anywhere that `fsspec`
reads (``s3://``, ``gs://``); a place is given and kept as the bytes of its path, since names may be any.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import io
import os
import re
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from briefer.errors import SourceError
from briefer.reading.sources import MAX_BYTES, Item, item_of, printable, too_large
from briefer.types import Failure

_RECORDS: Final = (b".jsonl", b".ndjson")
_PIECE: Final = 1 << 20  # bytes of a line
_FETCHED_AT_ONCE: Final = 8  # from an object store
UNREAD: Final = -3
_A_FOLDER: Final = -2
_REMOTE: Final = re.compile(rb"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


class File(NamedTuple):
    """A file of an archive as it was listed.

    Attributes:
        path: its bytes, as the user gave it or below a folder that the user gave.
        size: bytes; -1 where there is no such file, so that reading it says why; `UNREAD` of a folder that cannot be listed.
        changed: when it was changed, in nanoseconds; 0 where that cannot be told.
    """

    path: bytes
    size: int
    changed: int


class Place(NamedTuple):
    """Where a report lies.

    Attributes:
        path: of its file.
        line: of a file of records, from 1; 0 for a whole file.
        offset: of the line, in bytes.
        length: in bytes; -1 for a whole file.
        digest: of the line, eight bytes; empty for a whole file.
    """

    path: bytes
    line: int = 0
    offset: int = 0
    length: int = -1
    digest: bytes = b""

    @property
    def name(self) -> str:
        """The source's name, as it stands in rows and messages."""
        path = printable(os.fsdecode(self.path))
        return f"{path}:{self.line}" if self.line else path


def is_absolute(path: bytes) -> bool:
    """Whether a path means the same wherever it is read: it begins at the root, or is an address."""
    return path.startswith(b"/") or _REMOTE.match(path) is not None


def list_files(sources: Iterable[str], leave: Path | None = None) -> Iterator[File]:
    """Every file of some sources, each folder's in the order of their names; hidden ones are left out.

    Args:
        sources: files, folders, or addresses of an object store.
        leave: a folder that is no source, wherever it lies: the one that is written into.

    Raises:
        SourceError: an object store cannot be read.
    """
    left = os.path.realpath(os.fsencode(leave)) if leave is not None else b""
    for source in sources:
        path = os.fsencode(source)
        yield from _remote_files(source, left) if _REMOTE.match(path) else _local_files(plain(path), left)  # fmt: skip


def places_in(file: File) -> Iterator[Place]:
    """The reports in a file: itself, or its lines that are not empty; itself where reading it says why not.

    Raises:
        OSError: it breaks off.
    """
    if not file.path.lower().endswith(_RECORDS) or file.size < 0:
        yield Place(file.path)
        return
    found = offset = 0
    try:
        with _opened(file.path) as stream:
            for number, (length, digest, is_blank) in enumerate(_lines_of(stream), start=1):
                if not is_blank:
                    found += 1
                    yield Place(file.path, number, offset, length, digest)
                offset += length
    except OSError:
        raise
    except Exception as error:
        if not _REMOTE.match(file.path):
            raise
        raise OSError(f"{type(error).__name__}: {error}") from error
    if not found:
        yield Place(file.path)


def places_of(files: Iterable[File]) -> Iterator[Place]:
    """The reports in some files, but for those that break off and folders that cannot be listed."""
    for file in files:
        if file.size != UNREAD:
            with contextlib.suppress(OSError):
                yield from places_in(file)


def _lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Length and digest of each line, and whether it is blank; no more than a piece of it is held."""
    length, is_blank, digest = 0, True, hashlib.sha256()
    while piece := stream.readline(_PIECE):
        length += len(piece)
        digest.update(piece)
        is_blank = is_blank and not piece.strip()
        if piece.endswith(b"\n"):
            yield length, digest.digest()[:8], is_blank
            length, is_blank, digest = 0, True, hashlib.sha256()
    if length:
        yield length, digest.digest()[:8], is_blank


def trouble_with(source: bytes) -> str:
    """Why a source cannot be read, "" where it can: what a lost share leaves behind is gone, or an empty folder."""
    nothing = "no such file or folder, or there is nothing in it"
    if _REMOTE.match(source):
        try:
            system, inner = _system_of(os.fsdecode(source))
            return "" if system.exists(inner) else "nothing is there, or it cannot be reached"
        except SourceError as error:
            return f"{error.what}. {error.hint}"
        except Exception as error:
            return f"the object store cannot be read ({type(error).__name__}: {error})"
    try:
        if not stat.S_ISDIR(os.stat(source).st_mode):  # noqa: PTH116 — a path of any bytes
            return ""
        with os.scandir(source) as entries:
            return "" if next(entries, None) is not None else nothing
    except FileNotFoundError:
        return nothing
    except (OSError, ValueError) as error:
        return f"it cannot be read ({getattr(error, 'strerror', None) or error})"


def plain(source: bytes) -> bytes:
    """A local path without what changes nothing, so that ``a``, ``./a`` and ``a//`` are one source."""
    path = re.sub(rb"/{2,}", b"/", source)
    while path.startswith(b"./") and path != b"./":
        path = path[2:]
    return path.rstrip(b"/") or b"/" if path != b"./" else b"."


def canonical(source: bytes) -> bytes:
    """A source as the paths below it begin: one address or path has several spellings."""
    if not _REMOTE.match(source):
        return plain(source)
    try:
        system, inner = _system_of(os.fsdecode(source))
        return os.fsencode(system.unstrip_protocol(inner))
    except Exception:
        return source


def lies_in(path: bytes, source: bytes) -> bool:
    """Whether a path is a source, or lies in one."""
    return path == source or path.startswith(source.rstrip(b"/") + b"/")


def read_ahead(places: Sequence[Place], skip: Callable[[bytes], bool]) -> Iterator[Item | Failure | None]:  # fmt: skip
    """What lies at some places, in order; from an object store some at once, since each has to be waited for.

    Args:
        places: of reports.
        skip: whether a path is to be left alone; ``None`` comes of it.
    """

    def read(place: Place) -> Item | Failure | None:
        return None if skip(place.path) else read_place(place)

    if not any(_REMOTE.match(place.path) for place in places):
        yield from map(read, places)
        return
    with ThreadPoolExecutor(_FETCHED_AT_ONCE) as pool:
        waiting: deque[Future[Item | Failure | None]] = deque()
        for place in places:
            waiting.append(pool.submit(read, place))
            if len(waiting) > _FETCHED_AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def sample_of(places: Iterable[Place], n: int) -> list[Place]:
    """So many places, the same ones each time, in their order."""
    ranked = ((hashlib.sha256(b"%s:%d" % (p.path, p.line)).digest(), i, p) for i, p in enumerate(places))  # fmt: skip
    return [place for _, _, place in sorted(heapq.nsmallest(n, ranked), key=lambda row: row[1])]


def read_place(place: Place) -> Item | Failure:
    """The bytes of a report; what cannot be read is a `Failure`."""
    name = place.name
    try:
        if place.length > MAX_BYTES:
            return too_large(name)
        if not place.line:
            whole = _whole(place.path, name)
            if isinstance(whole, Item) and place.path.lower().endswith(_RECORDS):
                return Failure(name, "the file holds no records", "Remove it, or put records in it", "SourceError")  # fmt: skip
            return whole
        with _opened(place.path) as stream:
            stream.seek(place.offset)
            line = stream.read(place.length)
    except FileNotFoundError:
        return Failure(name, "no such file or folder", "Check the path", "SourceError")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Failure(name, f"cannot be opened: {reason}", "Check the path", "SourceError")
    except Exception as error:  # whatever a store's package raises
        if not _REMOTE.match(place.path):
            raise
        what = f"cannot be read ({type(error).__name__}: {error})"
        return Failure(name, what, "Check the network and your credentials", "SourceError")
    if hashlib.sha256(line).digest()[:8] != place.digest:
        return Failure(name, "the file changed while the archive was read", "Run the same command again", "ChangedError")  # fmt: skip
    return Item(name, "record", line.removeprefix(b"\xef\xbb\xbf") if place.line == 1 else line)


def _whole(path: bytes, name: str) -> Item | Failure:
    if not _REMOTE.match(path):
        found = item_of(Path(os.fsdecode(path)))
    else:
        with _opened(path) as stream:
            found = item_of(Path(os.fsdecode(path)), stream)
    if isinstance(found, Item):
        return found._replace(source=name)
    return Failure(name, found.what, found.hint, found.kind)


def _local_files(path: bytes, left: bytes) -> Iterator[File]:
    file = _stated(path)
    if file.size != _A_FOLDER:
        yield file
    else:
        yield from _below(path, left)


def _below(top: bytes, left: bytes) -> Iterator[File]:
    """Files of a folder and then of those in it; names are held, a folder at a time, and nothing else."""
    folders = [top.rstrip(b"/") or b"/"]
    while folders:
        folder = folders.pop()
        if left and os.path.realpath(folder) == left:
            continue
        try:
            with os.scandir(folder) as entries:
                seen = [(e.name, _is_folder(e)) for e in entries if not e.name.startswith(b".")]
        except OSError:
            yield File(folder, UNREAD, 0)
            continue
        seen.sort()
        for name, is_folder in seen:
            if not is_folder and (file := _stated(folder + b"/" + name)).size != _A_FOLDER:
                yield file  # a link to a folder may lead back to where it stands
        folders += [folder + b"/" + name for name, is_folder in reversed(seen) if is_folder]


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stated(path: bytes) -> File:
    try:
        status = os.stat(path)  # noqa: PTH116 — a path of any bytes, a hundred thousand times
    except (OSError, ValueError):
        return File(path, -1, 0)
    if stat.S_ISDIR(status.st_mode):
        return File(path, _A_FOLDER, 0)
    if not stat.S_ISREG(status.st_mode):  # a pipe may never begin, and a device never end
        return File(path, -1, 0)
    return File(path, status.st_size, status.st_mtime_ns)


def _opened(path: bytes) -> Any:
    if not _REMOTE.match(path):
        return open(path, "rb")  # noqa: PTH123 — a path of any bytes
    system, inner = _system_of(os.fsdecode(path))
    # What fsspec gives reads no line up to a limit.
    return io.BufferedReader(system.open(inner, "rb"))


def _system_of(url: str) -> tuple[Any, str]:
    try:
        import fsspec
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise SourceError("reading an object store needs fsspec", where=url, hint="pip install 'briefer[ray]', and the package of the store (s3fs, gcsfs)") from error  # fmt: skip
    del fsspec
    try:
        # A listing that is kept would hide what changes, and hold a million names.
        system, inner = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise SourceError(f"the object store cannot be used ({error})", where=url, hint="Install the package of the store (s3fs for s3://, gcsfs for gs://)") from error  # fmt: skip
    return system, inner


def _remote_files(source: str, left: bytes) -> Iterator[File]:
    system, inner = _system_of(source)
    try:
        # An address may be one of this machine's folders.
        yield from _below_remote(system, inner, left if "file" in system.protocol else b"")
    except Exception as error:  # whatever a store's package raises
        raise SourceError(f"the object store cannot be read ({type(error).__name__}: {error})", where=source, hint="Check the address, the network and your credentials") from error  # fmt: skip


def _below_remote(system: Any, inner: str, left: bytes) -> Iterator[File]:
    """Objects below an address, a folder at a time; hidden ones are left out."""
    if system.isfile(inner):
        yield _remote_file(system, inner, system.info(inner))
        return
    for folder, folders, rows in system.walk(inner, detail=True, on_error="raise"):
        if left and os.path.realpath(os.fsencode(folder)) == left:
            folders.clear()
            continue
        for name in [name for name in folders if name.startswith(".")]:
            del folders[name]
        for name in sorted(rows):
            if name and not name.startswith("."):
                yield _remote_file(system, rows[name]["name"], rows[name])


def _remote_file(system: Any, name: str, row: dict[str, Any]) -> File:
    changed = row.get("mtime") or row.get("LastModified") or row.get("created") or 0
    stamp = changed.timestamp() if hasattr(changed, "timestamp") else float(changed)
    return File(os.fsencode(system.unstrip_protocol(name)), int(row.get("size") or 0), int(stamp * 1e9))  # fmt: skip
