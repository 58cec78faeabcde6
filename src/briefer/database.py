"""SQLite files: opened with the tables that their version lacks, and written in transactions."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_MOMENT: Final = 0.02  # seconds


class NewerError(Exception):
    """A file that was written by a later version of briefer; its argument is the file's version."""


class OtherFileError(sqlite3.DatabaseError):
    """A file that another program made."""


def opened(
    path: Path, migrations: Sequence[Sequence[str]], *, wait: float, any_thread: bool = False
) -> sqlite3.Connection:
    """Open a file, made if need be, and bring it to the newest version.

    Args:
        path: of the file; its folder is made.
        migrations: statements by version; a file of version N has had the first N applied.
        wait: seconds to wait for another process that is writing.
        any_thread: whether other threads may use the connection.

    Raises:
        NewerError: the file knows more versions than these.
        OtherFileError: another program made it.
        sqlite3.Error: it is no database, or cannot be used.
        OSError: its folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=not any_thread)
    try:
        _use_wal(db, wait)
        db.execute("PRAGMA synchronous = NORMAL")
        if _version_of(db) != len(migrations):
            with transaction(db):
                version = _version_of(db)  # another process may have been first
                if version > len(migrations):
                    raise NewerError(version)
                if version == 0 and db.execute("SELECT 1 FROM sqlite_master").fetchone():
                    raise OtherFileError("another program made it")
                for statements in migrations[version:]:
                    for statement in statements:
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        db.close()
        raise
    return db


def opened_to_read(path: Path, version: int, *, wait: float, application: int) -> sqlite3.Connection:  # fmt: skip
    """Open a file that is there without writing into it, nor beside it where its folder cannot be written to.

    Args:
        path: of the file.
        version: that it must have.
        wait: seconds to wait for another process that is writing.
        application: its `application_id`.

    Raises:
        NewerError: it has another version.
        OtherFileError: another program made it.
        sqlite3.Error: it is no database, or cannot be used.
    """
    for how in ("mode=ro", "mode=ro&immutable=1"):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", timeout=wait, isolation_level=None, uri=True)  # fmt: skip
        try:
            found = _version_of(db)
            is_ours = db.execute("PRAGMA application_id").fetchone()[0] == application
            if not is_ours and not found:
                raise OtherFileError("another program made it")
            if found != version or not is_ours:
                raise NewerError(found)
        except sqlite3.OperationalError:
            db.close()
            # A file in WAL mode wants a file beside it, which a disk that is only read cannot have.
            if "immutable" in how:
                raise
        except BaseException:
            db.close()
            raise
        else:
            return db
    raise AssertionError


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def is_corruption(error: sqlite3.Error) -> bool:
    """Whether a file itself is broken; a lock, a full disk or a closed connection is not that."""
    codes = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def _use_wal(db: sqlite3.Connection, wait: float) -> None:
    """Switch to WAL; SQLite does not wait for a lock there when two begin at once."""
    until = time.monotonic() + wait
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(_MOMENT)
        else:
            return


def _version_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
