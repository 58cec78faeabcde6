"""What of an archive is done: one SQLite file in the output folder, written behind what it speaks of.

A report's result is a row; reports lie in blocks, and of each block that is whole there is one file of
rows (`parts`). The file is written first and the block called done last, so that a run that is stopped at
any moment leaves nothing half done and does again only what was in hand. Several runs may share a folder:
a block belongs to the run that claimed it, until its lease ends or the run is dead.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from briefer.database import NewerError, opened, transaction
from briefer.errors import LedgerError
from briefer.listing import Listed, Listing
from briefer.reading.archive import File, Place

LEASE: Final = 60.0  # seconds that a claim lasts unless it is renewed
_RENEWED: Final = 10.0  # seconds between renewals of what is claimed
_WAIT: Final = 600.0  # seconds to wait for another run that is listing
_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE files (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, changed INTEGER NOT NULL)",
    "CREATE TABLE items (seq INTEGER PRIMARY KEY AUTOINCREMENT, block INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB NOT NULL, fresh INTEGER NOT NULL DEFAULT 0, generation INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, UNIQUE (file, line))",
    "CREATE INDEX items_block ON items (block, fresh)",
    "CREATE TABLE blocks (id INTEGER PRIMARY KEY, done INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL DEFAULT '', until REAL NOT NULL DEFAULT 0,"
    " part TEXT NOT NULL DEFAULT '')",
    "CREATE INDEX blocks_open ON blocks (id) WHERE done = 0",
    "CREATE TABLE results (seq INTEGER PRIMARY KEY, digest BLOB NOT NULL, kind TEXT NOT NULL, refused INTEGER NOT NULL, seconds REAL NOT NULL, body BLOB NOT NULL, vectors BLOB NOT NULL)",
    "CREATE INDEX results_digest ON results (digest)",
)  # fmt: skip


class Result(NamedTuple):
    """What came of a report.

    Attributes:
        seq: of the report.
        digest: of its bytes and of how they are read, sixteen bytes.
        kind: of the failure; "" if it went well.
        refused: bullets that failed a check.
        seconds: that it took.
        body: the outcome, packed (`engines.pack`).
        vectors: of lede and bullets, int8, one behind the other; empty if there are none.
    """

    seq: int
    digest: bytes
    kind: str
    refused: int
    seconds: float
    body: bytes
    vectors: bytes = b""


class Totals(NamedTuple):
    """How far an archive is: reports known, done (failed ones among them), failed; blocks not done."""

    known: int
    done: int
    failed: int
    open_blocks: int


class Held(NamedTuple):
    """A block: its number, whether it is done, and the form and size of its file."""

    block: int
    is_done: bool
    part: str


class Ledger:
    """An open ledger.

    Args:
        path: the file; made if it is not there.

    Raises:
        LedgerError: it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"
        with self._said():
            try:
                self._db = opened(path, (_TABLES,), wait=_WAIT)
            except NewerError as error:
                raise LedgerError("it was made by a later version of briefer", where=str(path), hint="Use that version, or name another folder with -o") from error  # fmt: skip
        self.listing = Listing(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def get(self, name: str) -> bytes:
        """What is noted under a name; empty if nothing is."""
        with self._said():
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""

    def note(self, name: str, value: bytes) -> None:
        """Note something of the whole archive."""
        with self._said():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def note_first(self, values: Mapping[str, bytes]) -> bool:
        """Note several things at once, unless another run has noted the first of them; whether it was this one."""
        with self._said(), transaction(self._db):
            if self.get(next(iter(values))):
                return False
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))
        return True

    def noted(self, beginning: str) -> list[bytes]:
        """All that is noted under names that begin so, in the order of these names."""
        with self._said():
            rows = self._db.execute("SELECT value FROM meta WHERE substr(name, 1, ?) = ? ORDER BY name", (len(beginning), beginning))  # fmt: skip
            return [bytes(value) for (value,) in rows]

    # --- listing --------------------------------------------------------------------------

    def add(self, files: Iterable[File], chosen: Sequence[Place] | None = None) -> Listed:
        """See `listing.Listing.add`."""
        with self._said():
            return self.listing.add(files, chosen)

    def to_do(self, files: Iterable[File], *, with_failed: bool = False) -> Iterator[tuple[Place, bool]]:  # fmt: skip
        """See `listing.Listing.to_do`."""
        with self._said():
            yield from self.listing.to_do(files, with_failed=with_failed)

    def reopen_failed(self) -> int:
        """Make work of what failed, of that which was tried least often; how many reports."""
        failed = "SELECT seq FROM results WHERE kind != ''"
        with self._said(), transaction(self._db):
            least = f"SELECT min(tries) FROM items WHERE seq IN ({failed})"
            found = self._db.execute(f"UPDATE items SET fresh = 0 WHERE seq IN ({failed}) AND tries = ({least})")  # fmt: skip
            self._db.execute("UPDATE blocks SET done = 0 WHERE id IN (SELECT block FROM items WHERE fresh = 0)")  # fmt: skip
            return int(found.rowcount)

    def reopen(self, blocks: Iterable[int]) -> None:
        """Have the files of some blocks written anew, from what is known."""
        with self._said(), transaction(self._db):
            self._db.executemany("UPDATE blocks SET done = 0 WHERE id = ?", [(b,) for b in blocks])

    # --- work -----------------------------------------------------------------------------

    def claim(self, skip: Iterable[int] = ()) -> int | None:
        """Take the next block that nobody has; ``None`` if there is none.

        Args:
            skip: blocks to leave.
        """
        left = set(skip)
        with self._said(), transaction(self._db):
            now = time.time()
            rows = self._db.execute("SELECT id, owner, until FROM blocks WHERE done = 0 ORDER BY id")  # fmt: skip
            for block, owner, until in rows:
                if block not in left and (not owner or owner == self.owner or until < now or _is_dead(owner)):  # fmt: skip
                    self._db.execute("UPDATE blocks SET owner = ?, until = ? WHERE id = ?", (self.owner, now + LEASE, block))  # fmt: skip
                    return int(block)
        return None

    @contextlib.contextmanager
    def kept_claimed(self) -> Iterator[None]:
        """Keep what is claimed while something is done, however long one step of it takes."""
        over = threading.Event()

        def renew() -> None:
            with contextlib.closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as db:  # fmt: skip
                while not over.wait(_RENEWED):
                    # A full disk or a lock ends the run elsewhere, with words.
                    with contextlib.suppress(sqlite3.Error):
                        db.execute("UPDATE blocks SET until = ? WHERE owner = ?", (time.time() + LEASE, self.owner))  # fmt: skip

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def release(self) -> None:
        """Give back what is claimed and not done."""
        with self._said():
            self._db.execute("UPDATE blocks SET owner = '' WHERE owner = ?", (self.owner,))

    def held_by_others(self) -> int:
        """Blocks that other runs have in hand."""
        with self._said():
            rows = self._db.execute("SELECT owner, until FROM blocks WHERE done = 0 AND owner NOT IN ('', ?)", (self.owner,)).fetchall()  # fmt: skip
        return sum(until >= time.time() and not _is_dead(owner) for owner, until in rows)

    def pending(self, block: int) -> list[tuple[int, int, Place]]:
        """The reports of a block that are still to be done, in order, with their numbers and generations."""
        with self._said():
            rows = self._db.execute(
                "SELECT seq, generation, path, line, offset, length, digest FROM items JOIN files ON files.id = file WHERE block = ? AND fresh = 0 ORDER BY seq",
                (block,),
            ).fetchall()  # fmt: skip
        return [(seq, generation, Place(*row)) for seq, generation, *row in rows]

    def place_of(self, seq: int) -> Place:
        """Where a report lies."""
        with self._said():
            row = self._db.execute("SELECT path, line, offset, length, digest FROM items JOIN files ON files.id = file WHERE seq = ?", (seq,)).fetchone()  # fmt: skip
        return Place(*row)

    def put(self, result: Result, generation: int = 0) -> bool:
        """Keep what came of a report, unless it was listed as changed or gone since; whether it was kept.

        Killing the process does not lose it any more when this returns; a cut of power may.

        Args:
            result: what came.
            generation: of the report, as `pending` told it.
        """
        with self._said(), transaction(self._db):
            now = "UPDATE items SET fresh = 1, tries = tries + 1 WHERE seq = ? AND generation = ?"
            if self._db.execute(now, (result.seq, generation)).rowcount == 0:
                return False
            self._db.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)", result)
        return True

    def with_digest(self, digest: bytes) -> Result | None:
        """A result of the same bytes that went well, if there is one."""
        with self._said():
            row = self._db.execute("SELECT * FROM results WHERE digest = ? AND kind = '' LIMIT 1", (digest,)).fetchone()  # fmt: skip
        return Result(*row) if row else None

    def results(self, block: int | None = None) -> Iterator[Result]:
        """What is known of a block's reports, or of all, in order."""
        where = "WHERE block = ?" if block is not None else ""
        sql = f"SELECT results.* FROM items JOIN results USING (seq) {where} ORDER BY seq"
        with self._said():
            for row in self._db.execute(sql, (block,) if block is not None else ()):
                yield Result(*row)

    def these(self, seqs: Iterable[int]) -> Iterator[Result]:
        """Some results, in the order asked for."""
        with self._said():
            for seq in seqs:
                row = self._db.execute("SELECT * FROM results WHERE seq = ?", (seq,)).fetchone()
                if row is not None:
                    yield Result(*row)

    def finish(self, block: int, part: str) -> None:
        """Call a block done, once its file is written; unless its reports changed meanwhile, or another run has it now.

        Args:
            block: that is whole.
            part: what tells its file from another one: its form and size.
        """
        with self._said():
            self._db.execute(
                "UPDATE blocks SET done = NOT EXISTS (SELECT 1 FROM items WHERE block = id AND fresh = 0), owner = '', part = ? WHERE id = ? AND owner = ?",
                (part, block, self.owner),
            )  # fmt: skip

    # --- counting -------------------------------------------------------------------------

    def blocks(self) -> list[Held]:
        """Every block, in order."""
        with self._said():
            rows = self._db.execute("SELECT id, done, part FROM blocks ORDER BY id").fetchall()
        return [Held(int(block), bool(done), part) for block, done, part in rows]

    def totals(self) -> Totals:
        """How far it is."""
        with self._said():
            one = self._db.execute(
                "SELECT (SELECT count(*) FROM items), (SELECT count(*) FROM items WHERE fresh = 1), (SELECT count(*) FROM results WHERE kind != ''),"
                " (SELECT count(*) FROM blocks WHERE done = 0)"
            ).fetchone()  # fmt: skip
        return Totals(*one)

    def sums(self) -> tuple[float, int, int]:
        """Seconds that the results took, bullets refused, and results whose bytes are another's too."""
        with self._said():
            row = self._db.execute("SELECT total(seconds), sum(refused), count(nullif(digest, x'')) - count(DISTINCT nullif(digest, x'')) FROM results").fetchone()  # fmt: skip
        return float(row[0]), int(row[1] or 0), int(row[2])

    def slowest(self, n: int) -> list[Result]:
        """The results that took longest."""
        with self._said():
            return [Result(*r) for r in self._db.execute("SELECT * FROM results ORDER BY seconds DESC, seq LIMIT ?", (n,))]  # fmt: skip

    def failed(self, n: int) -> list[Result]:
        """The first results that are failures."""
        with self._said():
            return [Result(*r) for r in self._db.execute("SELECT * FROM results WHERE kind != '' ORDER BY seq LIMIT ?", (n,))]  # fmt: skip

    # --- inside ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"it cannot be used ({error})", where=str(self.path), hint="Make room, or see that the disk is there; what was done is kept, and the same command goes on") from error  # fmt: skip


def _started(pid: int) -> str:
    """When a process was started, so that another one with its number is not taken for it; "" if unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]  # fmt: skip
    except (OSError, IndexError):
        return ""


def _is_dead(owner: str) -> bool:
    """Whether a run of this machine is no more; of another machine nobody can tell."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _started(int(rest)) != started
