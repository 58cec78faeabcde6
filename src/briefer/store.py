"""What was read and made, kept in one SQLite file in the user's data folder.

Readings and summaries are kept by a hash of everything they depend on, so that a second run on
unchanged input does no work twice; of each brief made there is a row, written after its files.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from briefer.database import NewerError, is_corruption, opened, transaction
from briefer.errors import StoreError
from briefer.types import Outcome, Summary, Value

_T = TypeVar("_T")
DeliveryState = Literal["sending", "sent", "refused"]

# One statement list a version; a store of version N has had the first N applied.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE readings (key TEXT PRIMARY KEY, body BLOB NOT NULL, used TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE summaries (key TEXT PRIMARY KEY, body BLOB NOT NULL, used TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE briefs (digest TEXT PRIMARY KEY, date TEXT NOT NULL, title TEXT NOT NULL,"
        " body BLOB NOT NULL, folder TEXT NOT NULL, made TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE deliveries (digest TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL,"
        " noted TEXT NOT NULL, PRIMARY KEY (digest, recipient)) WITHOUT ROWID",
    ),
)
VERSION = len(_MIGRATIONS)
_WAIT = 30.0  # seconds to wait for another process that is writing


class StoreInfo(Value, frozen=True):
    """Size and contents of a store."""

    path: str
    version: int
    bytes: int
    readings: int
    summaries: int
    briefs: int


class Delivery(Value, frozen=True):
    """What became of sending a brief to somebody.

    Attributes:
        state: "sending" is noted before, and stays where a run was stopped in the middle.
        detail: the server's words.
        noted: when, ISO 8601.
    """

    recipient: str
    state: DeliveryState
    detail: str
    noted: str


class KeptBrief(Value, frozen=True):
    """A brief that was made: its day, title, where its files were put, and when."""

    digest: str
    date: str
    title: str
    folder: str
    made: str


class Store:
    """An open store; safe to share between threads, and with other processes.

    Args:
        path: the file; its folder is made if need be.
        say: told when a broken or newer store had to be set aside.

    Raises:
        StoreError: the file cannot be opened or made.
    """

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self.path = path
        self._say = say
        self._lock = threading.RLock()
        self._is_off = False
        self._inode = 0
        self._today = datetime.datetime.now(datetime.UTC).date().isoformat()
        self._connection = self._open()

    def __enter__(self) -> Store:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file, once no other thread is using it."""
        with self._lock:
            self._connection.close()

    def get_reading(self, key: str) -> Outcome | None:
        """What came of reading the bytes that ``key`` stands for: an article or a failure."""
        return self._get("readings", key, Outcome)

    def put_reading(self, key: str, outcome: Outcome) -> None:
        """Keep what came of reading a source."""
        self._put("readings", key, outcome)

    def get_summary(self, key: str) -> Summary | None:
        """Summary made before with the inputs that ``key`` stands for."""
        return self._get("summaries", key, Summary)

    def put_summary(self, key: str, summary: Summary) -> None:
        """Keep a summary that was made."""
        self._put("summaries", key, summary)

    def record_brief(
        self, digest: str, *, date: str, title: str, body: bytes, folder: Path
    ) -> None:
        """Note that a brief was made; to be called once its files are on disk.

        Args:
            digest: SHA-256 of ``body``.
            date: day of the brief.
            title: of its masthead.
            body: the bytes of brief.json.
            folder: where its files were written.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        row = (digest, date, title, body, str(folder), now)
        sql = "INSERT OR REPLACE INTO briefs VALUES (?, ?, ?, ?, ?, ?)"
        self._try(lambda c: c.execute(sql, row))

    def briefs(self) -> list[KeptBrief]:
        """Every brief made, the last one made first."""
        sql = "SELECT digest, date, title, folder, made FROM briefs ORDER BY made DESC, date DESC, digest"
        return [KeptBrief(*row) for row in self._do(lambda c: c.execute(sql).fetchall())]

    def brief_body(self, digest: str) -> bytes:
        """The bytes of brief.json of a brief made; empty if there is none."""
        sql = "SELECT body FROM briefs WHERE digest = ?"
        row = self._do(lambda c: c.execute(sql, (digest,)).fetchone())
        return bytes(row[0]) if row else b""

    def deliveries(self, digest: str) -> dict[str, Delivery]:
        """To whom a brief was sent, by address in lower case."""
        sql = "SELECT recipient, state, detail, noted FROM deliveries WHERE digest = ?"
        rows = self._do(lambda c: c.execute(sql, (digest,)).fetchall())
        return {row[0]: Delivery(*row) for row in rows}

    def note_deliveries(
        self, digest: str, states: Iterable[tuple[str, DeliveryState, str]]
    ) -> None:
        """Note what is about to be sent, or what became of it: recipient, state, detail.

        Raises:
            StoreError: it cannot be noted; whoever cannot note should not send.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        rows = [(digest, who.lower(), state, detail, now) for who, state, detail in states]

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany(
                    "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)", rows
                )

        self._do(write)

    def info(self) -> StoreInfo:
        """Size and counts."""

        def count(connection: sqlite3.Connection) -> list[int]:
            tables = ("readings", "summaries", "briefs")
            return [connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]

        readings, summaries, briefs = self._do(count)
        size = sum(p.stat().st_size for p in _files_of(self.path) if p.exists())
        return StoreInfo(str(self.path), VERSION, size, readings, summaries, briefs)

    def prune(self, days: int) -> int:
        """Remove readings and summaries not used for ``days`` days; briefs stay. Returns how many."""
        before = (datetime.date.fromisoformat(self._today) - datetime.timedelta(days)).isoformat()

        def remove(connection: sqlite3.Connection) -> int:
            removed = 0
            for table in ("readings", "summaries"):
                sql = f"DELETE FROM {table} WHERE used <= ?"
                removed += connection.execute(sql, (before,)).rowcount
            return removed

        removed = self._do(remove)
        self._do(lambda c: c.execute("VACUUM"))
        return removed

    # --- inside ---------------------------------------------------------------------------

    def _get(self, table: str, key: str, kind: type[_T]) -> _T | None:
        def fetch(connection: sqlite3.Connection) -> bytes | None:
            sql = f"SELECT body, used FROM {table} WHERE key = ?"
            row = connection.execute(sql, (key,)).fetchone()
            if row is None:
                return None
            if row[1] != self._today:
                sql = f"UPDATE {table} SET used = ? WHERE key = ?"
                connection.execute(sql, (self._today, key))
            return bytes(row[0])

        body = self._try(fetch)
        if body is None:
            return None
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError:
            return None  # written by a version whose types differ: made again

    def _put(self, table: str, key: str, value: Value) -> None:
        row = (key, msgspec.json.encode(value), self._today)
        sql = f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"
        self._try(lambda c: c.execute(sql, row))

    def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run ``work`` on the connection; a store found broken on the way is set aside once."""
        with self._lock:
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                if not is_corruption(error):
                    raise self._failed(error) from error
                self._connection.close()
                # Another process may have set it aside already; then the file is a new one.
                if self._inode == _inode_of(self.path):
                    self._set_aside("corrupt", str(error))
                self._connection = self._open()
                return work(self._connection)

    def _try(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """The same for keeping results, which a brief can do without: a failure is said once."""
        if self._is_off:
            return None
        try:
            return self._do(work)
        except StoreError as error:
            self._is_off = True
            self._say(f"{error} Going on without keeping results.")
            return None

    def _open(self) -> sqlite3.Connection:
        try:
            try:
                return self._connect()
            except NewerError as newer:
                self._set_aside("newer", f"made by a later version of briefer (format {newer})")
            except sqlite3.Error as error:
                if not is_corruption(error):
                    raise
                self._set_aside("corrupt", str(error))
            return self._connect()
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = opened(self.path, _MIGRATIONS, wait=_WAIT, any_thread=True)
        self._inode = _inode_of(self.path)
        return connection

    def _set_aside(self, why: str, reason: str) -> None:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.{why}-{number}")).exists():
            number += 1
        for file in _files_of(self.path):
            with contextlib.suppress(FileNotFoundError):
                file.rename(aside.with_name(aside.name + file.name.removeprefix(self.path.name)))
        self._say(
            f"The store {self.path} cannot be used ({reason}). It is kept as {aside.name}; a new one is begun."
        )

    def _failed(self, error: Exception) -> StoreError:
        return StoreError(
            f"the store cannot be used ({error})",
            where=str(self.path),
            hint="Name another with --store or BRIEFER_STORE",
        )


def _inode_of(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _files_of(path: Path) -> Sequence[Path]:
    return [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]
