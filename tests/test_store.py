"""The store: results come back, two processes share it, a broken or newer one is set aside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from briefer.errors import StoreError
from briefer.store import VERSION, Store
from briefer.types import Article, Block, Outcome, Span, Summary


def article(text: str = "Ten ships came in.") -> Outcome:
    made = Article("id", "s", text, (Block("paragraph", Span(0, len(text))),))
    return Outcome("s", article=made)


def opened(path: Path, said: list[str] | None = None) -> Store:
    return Store(path, (said if said is not None else []).append)


def test_what_was_put_comes_back_after_reopening(tmp_path: Path) -> None:
    summary = Summary("id", "lead", (), (), None, 0, ("cut",))
    with opened(tmp_path / "deep" / "s.db") as store:
        assert store.get_reading("k") is None
        store.put_reading("k", article())
        store.put_summary("k", summary)
        store.record_brief("d", date="2026-03-05", title="T", body=b"{}", folder=tmp_path)
    with opened(tmp_path / "deep" / "s.db") as store:
        assert store.get_reading("k") == article()
        assert store.get_summary("k") == summary
        info = store.info()
    assert (info.readings, info.summaries, info.briefs, info.version) == (1, 1, 1, VERSION)
    assert info.bytes > 0


@pytest.mark.parametrize(
    "damage", [b"not a database at all " * 300, b"SQLite format 3\0" + b"\7" * 8000]
)
def test_a_corrupt_store_is_kept_aside_and_said(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(damage)
    said: list[str] = []
    with opened(path, said) as store:
        store.put_reading("k", article())
        assert store.get_reading("k") == article()
    assert (tmp_path / "s.db.corrupt-1").read_bytes() == damage
    assert "kept as s.db.corrupt-1" in said[0]


def test_a_store_that_breaks_while_open_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    said: list[str] = []
    with opened(path) as store:
        for n in range(400):
            store.put_reading(f"k{n}", article("x" * 2000))
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(bytes(raw))
    with opened(path, said) as store:
        assert store.get_reading("k7") is None
        store.put_reading("k7", article())
        assert store.get_reading("k7") == article()
    assert len(said) == 1
    assert list(tmp_path.glob("s.db.corrupt-1*"))


def test_a_closed_or_locked_store_is_not_taken_for_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    said: list[str] = []
    store = opened(path, said)
    store.put_reading("k", article())
    store.close()
    assert store.get_reading("k") is None
    store.put_reading("l", article())
    assert len(said) == 1, "said once"
    assert "Going on without keeping results" in said[0]
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]
    with opened(path) as again:
        assert again.get_reading("k") == article()


def test_a_store_that_another_process_replaced_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as old:
        path.rename(tmp_path / "moved")
        for name in ("s.db-wal", "s.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        with opened(path) as fresh:
            fresh.put_reading("k", article())
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            calls = iter([error])

            def work(connection: sqlite3.Connection) -> int:
                for problem in calls:
                    raise problem
                return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])

            assert old._do(work) == 1
    assert not list(tmp_path.glob("*corrupt*"))


def test_a_newer_store_is_kept_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        connection.execute("CREATE TABLE future (x)")
    connection.close()
    said: list[str] = []
    with opened(path, said) as store:
        assert store.info().readings == 0
    assert "later version of briefer" in said[0]
    with sqlite3.connect(tmp_path / "s.db.newer-1") as connection:
        connection.execute("SELECT * FROM future")
    connection.close()


def test_a_value_of_another_version_is_made_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        store._connection.execute("INSERT INTO readings VALUES ('k', X'7b7d', '2026-01-01')")
        assert store.get_reading("k") is None


def test_a_store_that_cannot_be_made_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--store") as caught:
        opened(tmp_path / "file" / "s.db")
    assert "s.db" in caught.value.where


def test_pruning_removes_what_was_not_used_and_keeps_briefs(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        store.put_reading("old", article())
        store.put_reading("new", article())
        store.record_brief("d", date="2026-03-05", title="T", body=b"{}", folder=tmp_path)
        store._connection.execute("UPDATE readings SET used = '2020-01-01' WHERE key = 'old'")
        assert store.prune(90) == 1
        assert store.get_reading("old") is None
        assert store.get_reading("new") is not None
        assert store.info().briefs == 1
        assert store.prune(0) == 1


def test_use_renews_a_result(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        store.put_reading("k", article())
        store._connection.execute("UPDATE readings SET used = '2020-01-01'")
        store.get_reading("k")
        assert store.prune(90) == 0


WRITER = """
import sys
from pathlib import Path
from briefer.store import Store
from briefer.types import Article, Block, Outcome, Span
store = Store(Path(sys.argv[1]), print)
for n in range(200):
    text = f"Article {n}."
    store.put_reading(f"{sys.argv[2]}-{n}", Outcome("s", Article("i", "s", text, (Block("paragraph", Span(0, len(text))),))))
    assert store.get_reading(f"{sys.argv[2]}-{n}") is not None
"""


def test_processes_and_threads_share_a_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stdout=subprocess.PIPE)
        for name in "abc"
    ]
    with opened(path) as store:

        def work(name: str) -> None:
            for n in range(100):
                store.put_reading(f"{name}-{n}", article())

        threads = [threading.Thread(target=work, args=(name,)) for name in "xy"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outputs = [process.communicate(timeout=120)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0]
        assert outputs == [b"", b"", b""], "a store was set aside"
        assert store.info().readings == 800


def test_a_killed_writer_leaves_a_sound_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), "k"])
        while not path.exists():
            assert process.poll() is None
        process.kill()
        process.wait()
    said: list[str] = []
    with opened(path, said) as store:
        assert store._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert said == []
