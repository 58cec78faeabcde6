"""The index: made again from what is done, never out of step with its vectors, only read when asked."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from briefer.database import opened
from briefer.errors import SearchError
from briefer.index_rows import Line
from briefer.search import Index
from briefer.types import Article, Block, Bullet, Outcome, Published, Span, Summary

from .archive_texts import write_archive
from .conftest import Run

LEAD = ("-m", "lead", "--rules")


def outcome_of(text: str, source: str = "a.txt", day: str = "") -> Outcome:
    span = Span(0, len(text))
    published = Published(day, "given") if day else None
    article = Article(source, source, text, (Block("paragraph", span),), language="en", published=published)  # fmt: skip
    return Outcome(source, article=article, summary=Summary(source, "m", (Bullet(text, source, (span,), "verbatim"),), ()))  # fmt: skip


def vector(*values: int) -> bytes:
    return np.array(values, np.int8).tobytes()


EAST, NORTH = vector(127, 0), vector(0, 127)


def index_of(tmp_path: Path, rows: Sequence[tuple[str, str, bytes, str]]) -> Index:
    """An index of sources: text, vector and day."""
    index = Index(tmp_path / "index.sqlite3")
    for source, text, bytes_, day in rows:
        index.put(source, [(outcome_of(text, source, day), [Line(text, bytes_)])])
    return index


def test_an_index_that_was_removed_is_made_again_from_what_is_done(run: Run, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 12)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    before = run("search", "ferry", "--in", "out", "--json").stdout
    assert before
    for path in (tmp_path / "out").glob("index*"):
        path.unlink()
    again = run("batch", "a", "-o", "out", *LEAD)
    assert "anew" in again.stderr
    assert "Nothing to do" in again.stderr
    assert run("search", "ferry", "--in", "out", "--json").stdout == before


def test_what_is_done_of_a_block_is_found_before_the_block_is_whole(run: Run, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 12)
    assert run("batch", "a", "-o", "out", *LEAD, "--limit", "5").returncode == 0
    assert len(run("search", "ferry", "--in", "out", "--json").stdout.splitlines()) == 5


def test_an_index_of_an_archive_that_was_removed_is_emptied(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 12)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    for path in (tmp_path / "out").glob("archive*"):
        path.unlink()
    assert run("batch", "a", "-o", "out", *LEAD, "--limit", "3").returncode == 0
    assert len(run("search", "ferry", "--in", "out", "--json").stdout.splitlines()) == 3


def test_vectors_stay_with_their_sentences_when_writing_breaks_off(tmp_path: Path) -> None:
    index = index_of(tmp_path, [("1", "Ferry strike.", EAST, "")])

    def breaks_off() -> object:
        yield outcome_of("Tax rise.", "1"), [Line("Tax rise.", NORTH)]
        raise OSError("disk full")

    with pytest.raises(SearchError):
        index.put("1", breaks_off())  # type: ignore[arg-type]
    assert [(h.snippet, h.score) for h in index.similar(np.array([1.0, 0.0]))] == [("Ferry strike.", 1.0)]  # fmt: skip
    index.put("2", [(outcome_of("Tax rise.", "2"), [Line("Tax rise.", NORTH)])])
    assert [(h.snippet, h.score) for h in index.similar(np.array([0.0, 1.0]), at_most=1)] == [("Tax rise.", 1.0)]  # fmt: skip


def test_damaged_vectors_are_said_and_made_anew(tmp_path: Path) -> None:
    index = index_of(tmp_path, [("1", "Ferry strike.", EAST, "")])
    index.see_to("")
    assert index.count() == 1
    index.path.with_suffix(".i8").write_bytes(b"")
    with pytest.raises(SearchError, match="damaged"):
        index.similar(np.array([1.0, 0.0]))
    index.see_to("")
    assert index.count() == 0
    assert index.lacking(["1"]) == ["1"]


def test_conditions_hold_for_what_is_found_by_meaning(tmp_path: Path) -> None:
    rows = [(f"s{i}", f"Walkout number {i} at the port.", EAST, "2026-01-01") for i in range(300)]
    index = index_of(tmp_path, [*rows, ("special", "A tax rise.", NORTH, "2026-05-01")])
    east = np.array([1.0, 0.0])
    assert [h.source for h in index.similar(east, since="2026-04-01")] == ["special"]
    assert [h.source for h in index.merged("walkout source:special", east)] == ["special"]
    found = [h.source for h in index.merged("rise NOT walkout", east, at_most=300)]
    assert found == ["special"]
    assert len(index.merged("walkout NOT source:s1", east, at_most=300)) == 300 - 111 + 1


def test_hits_that_are_equally_good_come_the_latest_first_however_they_were_put(tmp_path: Path) -> None:  # fmt: skip
    rows = [("b", "Ferry strike.", EAST, "2026-01-02"), ("a", "Ferry strike.", EAST, "2026-01-02"), ("c", "Ferry strike.", EAST, "2026-01-03")]  # fmt: skip
    for i, order in enumerate((rows, rows[::-1])):
        (tmp_path / str(i)).mkdir()
        index = index_of(tmp_path / str(i), order)
        assert [h.source for h in index.search("ferry")] == ["c", "a", "b"]


def test_a_long_question_is_answered_or_said(tmp_path: Path) -> None:
    index = index_of(tmp_path, [("1", " ".join(f"w{i}" for i in range(200)), EAST, "")])
    assert len(index.search(" ".join(f"w{i}" for i in range(200)))) == 1
    assert len(index.search(" OR ".join(f"w{i}" for i in range(200)))) == 1
    assert len(index.search(" ".join(f'"w{i} w{i + 1}"' for i in range(90)))) == 1


def test_asking_writes_nothing_and_takes_no_other_file(tmp_path: Path) -> None:
    index_of(tmp_path, [("1", "Ferry strike.", EAST, "")]).close()
    tmp_path.joinpath("other").mkdir()
    other = tmp_path / "other" / "index.sqlite3"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(SearchError, match="no index of briefer"):
        Index(other, must_be=True)
    tables = sqlite3.connect(other).execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("mine",)]
    asked = Index(tmp_path / "index.sqlite3", must_be=True)
    with pytest.raises(SearchError, match="readonly"):
        asked.put("2", [])
    assert asked.count() == 1


def test_an_index_in_a_folder_that_is_only_read_is_asked() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index_of(folder, [("1", "Ferry strike.", EAST, "")]).close()
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:  # who may write everywhere
            os.seteuid(65534)
        try:
            asked = Index(folder / "index.sqlite3", must_be=True)
            assert [hit.source for hit in asked.search("ferry")] == ["1"]
            asked.close()
        finally:
            os.seteuid(user)
            folder.chmod(0o700)


def test_two_that_open_a_new_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def open_it(path: Path) -> None:
        try:
            opened(path, (("CREATE TABLE t (x)",),), wait=30).close()
        except Exception as error:
            errors.append(error)

    for i in range(40):
        threads = [threading.Thread(target=open_it, args=(tmp_path / f"{i}.sqlite3",)) for _ in range(3)]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not errors


def test_a_corrected_source_takes_the_place_of_what_it_said(run: Run, tmp_path: Path) -> None:
    text = "Harn mayor speaks\n\nHARN, 4 March 2026 - The mayor of Harn took {} euros, the court said on Tuesday.\n"
    for sum_ in ("5,000", "50,000"):
        (tmp_path / "mayor.txt").write_text(text.format(sum_))
        assert run("make", "mayor.txt", "--date", "2026-03-05", "-o", "brief", "-f", "json").returncode == 0  # fmt: skip
    found = run("search", "mayor", "--json").stdout.splitlines()
    assert len(found) == 1
    assert "50,000" in found[0]
    pruned = run("store", "prune", "--days", "0")
    assert "1 source removed from the index" in pruned.stdout
    assert run("search", "mayor").returncode == 1
