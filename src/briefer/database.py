"""SQLite files: opened with the tables that their version lacks, and written in transactions."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path


class NewerError(Exception):
    """A file that was written by a later version of briefer; its argument is the file's version."""


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
        sqlite3.Error: it is no database, or cannot be used.
        OSError: its folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=not any_thread)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if _version_of(db) != len(migrations):
            with transaction(db):
                version = _version_of(db)  # another process may have been first
                if version > len(migrations):
                    raise NewerError(version)
                for statements in migrations[version:]:
                    for statement in statements:
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        db.close()
        raise
    return db


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


def _version_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
