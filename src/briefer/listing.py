"""What an archive holds, noted in its ledger: new and changed files become work, in blocks.

A listing is one transaction: all of it is noted, or nothing; a file that breaks off while it is listed stays as it was.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from briefer.database import transaction
from briefer.reading.archive import UNREAD, File, Place, places_in

BLOCK: Final = 256  # reports in a block, and so in a file of rows


class Listed(NamedTuple):
    """What came of a listing: how many reports are new or changed, and paths that could not be read."""

    changed: int
    unread: tuple[bytes, ...] = ()


class Listing:
    """The tables of files, reports and blocks, as listings write them.

    Args:
        db: of the ledger.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._tail: tuple[int, int] | None = None  # the last block and the reports in it

    def add(self, files: Iterable[File], chosen: Sequence[Place] | None = None) -> Listed:
        """Note the files of an archive; new and changed ones become work.

        Args:
            files: as they are listed now.
            chosen: of all reports those that are to be done; all if not given.

        Returns:
            How many reports are new or changed, and what could not be read: that is as it was before.
        """
        unread: list[bytes] = []
        wanted: dict[bytes, list[Place]] = {}
        for place in chosen or ():
            wanted.setdefault(place.path, []).append(place)
        count = 0
        self._tail = None
        with contextlib.ExitStack() as stack:
            is_writing = False
            for file in files:
                if chosen is not None and file.path not in wanted:
                    continue
                row = self._file(file.path)
                if row is not None and row[1:] == (file.size, file.changed):
                    continue
                if file.size < 0 and row is not None:
                    continue  # what is gone keeps its rows
                if file.size == UNREAD:
                    unread.append(file.path)
                    continue
                if not is_writing:  # all of the listing, or nothing
                    stack.enter_context(transaction(self._db))
                    is_writing = True
                    row = self._file(file.path)  # another run may have listed it meanwhile
                    if row is not None and row[1:] == (file.size, file.changed):
                        continue
                places = wanted[file.path] if chosen is not None else places_in(file)
                try:
                    with self._undone():
                        count += self._add_file(file, row[0] if row else None, places)
                except OSError:
                    unread.append(file.path)
        return Listed(count, tuple(unread))

    @contextlib.contextmanager
    def _undone(self) -> Iterator[None]:
        """What is written inside is undone where it fails; the transaction around it goes on."""
        tail = self._tail
        self._db.execute("SAVEPOINT file")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO file")
            self._tail = tail
            raise
        finally:
            self._db.execute("RELEASE file")

    def _file(self, path: bytes) -> tuple[int, int, int] | None:
        row: tuple[int, int, int] | None = self._db.execute("SELECT id, size, changed FROM files WHERE path = ?", (path,)).fetchone()  # fmt: skip
        return row

    def to_do(self, files: Iterable[File], *, with_failed: bool = False) -> Iterator[tuple[Place, bool]]:  # fmt: skip
        """What a run would do, and whether it is new; nothing is written.

        Args:
            files: of the archive as they are listed now.
            with_failed: whether what failed would be done again.
        """
        changed: set[int] = set()
        for file in files:
            row = self._file(file.path)
            if file.size == UNREAD or (row is not None and (row[1:] == (file.size, file.changed) or file.size < 0)):  # fmt: skip
                continue
            if row is not None:
                changed.add(row[0])
            with contextlib.suppress(OSError):
                for place in places_in(file):
                    known = self._db.execute("SELECT digest, fresh FROM items WHERE file = ? AND line = ?", (row[0], place.line)).fetchone() if row else None  # fmt: skip
                    if known is None or not (known[1] and place.digest and bytes(known[0]) == place.digest):  # fmt: skip
                        yield place, known is None
        failed = " OR seq IN (SELECT seq FROM results WHERE kind != '')" if with_failed else ""
        sql = f"SELECT file, path, line, offset, length, digest FROM items JOIN files ON files.id = file WHERE fresh = 0{failed} ORDER BY seq"
        for number, *place_ in self._db.execute(sql):
            if number not in changed:
                yield Place(*place_), False

    def _add_file(self, file: File, number: int | None, places: Iterable[Place]) -> int:
        if number is None:
            number = int(self._db.execute("INSERT INTO files (path, size, changed) VALUES (?, ?, ?)", file).lastrowid or 0)  # fmt: skip
        else:
            self._db.execute("UPDATE files SET size = ?, changed = ? WHERE id = ?", (file.size, file.changed, number))  # fmt: skip
        count = last = 0
        for place in places:
            last = place.line
            known = self._db.execute("SELECT seq, digest, block FROM items WHERE file = ? AND line = ?", (number, place.line)).fetchone()  # fmt: skip
            if known is None:
                self._db.execute(
                    "INSERT INTO items (block, file, line, offset, length, digest) VALUES (?, ?, ?, ?, ?, ?)",
                    (self._open_block(), number, place.line, place.offset, place.length, place.digest),
                )  # fmt: skip
                count += 1
                continue
            seq, digest, block = known
            is_same = bool(place.digest) and bytes(digest) == place.digest
            self._db.execute(
                "UPDATE items SET offset = ?, length = ?, digest = ?, fresh = fresh AND ?, generation = generation + ?, tries = 0 WHERE seq = ?",
                (place.offset, place.length, place.digest, is_same, not is_same, seq),
            )  # fmt: skip
            if not is_same:
                self._db.execute("UPDATE blocks SET done = 0 WHERE id = ?", (block,))
                count += 1
        self._forget_lines_behind(number, last)
        return count

    def _forget_lines_behind(self, file: int, last: int) -> None:
        """A file of records that has become shorter: what was in the lines is no longer of the archive.

        Nor is the file as one report, as which it stood while it had no lines.
        """
        where = (
            "WHERE file = ? AND (line > ? OR line = 0)" if last else "WHERE file = ? AND line > ?"
        )
        blocks = self._db.execute(f"SELECT DISTINCT block FROM items {where}", (file, last)).fetchall()  # fmt: skip
        if blocks:
            self._db.execute(f"DELETE FROM results WHERE seq IN (SELECT seq FROM items {where})", (file, last))  # fmt: skip
            self._db.execute(f"DELETE FROM items {where}", (file, last))
            self._db.executemany("UPDATE blocks SET done = 0 WHERE id = ?", blocks)

    def _open_block(self) -> int:
        """The block that a new report belongs to: the last one, while it has room."""
        if self._tail is None:
            last = self._db.execute("SELECT max(id) FROM blocks").fetchone()[0] or 0
            n = self._db.execute("SELECT count(*) FROM items WHERE block = ?", (last,)).fetchone()[0]  # fmt: skip
            if n < BLOCK:
                self._db.execute("UPDATE blocks SET done = 0 WHERE id = ?", (last,))
            self._tail = (last, n if last else BLOCK)
        block, n = self._tail
        if n >= BLOCK:
            block, n = int(self._db.execute("INSERT INTO blocks DEFAULT VALUES").lastrowid or 0), 0
        self._tail = (block, n + 1)
        return block
