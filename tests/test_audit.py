"""What a run tells: its plan, its briefs of the past, its report; and what of it may be broken without harm."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from briefer import files
from briefer.batch import Progress, list_archive, open_archive
from briefer.batch import Run as Work
from briefer.engines import Job, Serial, Task
from briefer.errors import UsageError
from briefer.ledger import Result
from briefer.pipeline import settings_for

from .archive_texts import write_archive
from .conftest import Run
from .test_batch import LEAD, report_of, rows_of


def test_a_brief_that_cannot_be_written_is_said_and_the_others_made(run: Run, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 4)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    (tmp_path / "out" / "briefs").mkdir()
    (tmp_path / "out" / "briefs" / "2026-03-02").write_text("in the way")
    made = run("batch", "a", "-o", "out", *LEAD, "--briefs", "day")
    assert made.returncode == 3
    report = report_of(tmp_path / "out")
    assert report["briefs"] == ["2026-03-01", "2026-03-03", "2026-03-04"]
    assert report["briefs_failed"] == ["2026-03-02"]
    assert "2026-03-02" in made.stderr
    assert "not made: 2026-03-02" in (tmp_path / "out" / "report.html").read_text()


def test_a_brief_whose_reports_have_another_date_now_is_said(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 2)
    asked = ("batch", "a", "-o", "out", *LEAD, "--briefs", "day")
    assert run(*asked).returncode == 0
    path = tmp_path / "a" / "00" / "0001.txt"
    path.write_text(path.read_text().replace("2 March 2026", "9 March 2026"))
    again = run(*asked)
    assert "2026-03-02: its reports have gone or have another date now" in again.stderr
    assert report_of(tmp_path / "out")["briefs"] == ["2026-03-01", "2026-03-09"]


def test_reports_that_are_still_to_be_done_are_in_no_brief_and_that_is_said(run: Run, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 4)
    made = run("batch", "a", "-o", "out", *LEAD, "--limit", "2", "--briefs", "month")
    assert "2 reports are still to be done, and are in no brief yet" in made.stderr


def test_a_damaged_index_is_made_anew_by_the_run(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 4)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    (tmp_path / "out" / "index.sqlite3").write_bytes(b"no database" * 100)
    again = run("batch", "a", "-o", "out", *LEAD)
    assert again.returncode == 0, again.stderr
    assert "making it anew" in again.stderr
    assert len(run("search", "ferry", "--in", "out", "--json").stdout.splitlines()) == 4


def test_only_a_damaged_index_is_thrown_away_and_nothing_beside_it(run: Run, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 4)
    out = tmp_path / "out"
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    (out / "index.html").write_text("the user's")
    (out / "index.sqlite3").write_bytes(b"no database" * 100)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert (out / "index.html").read_text() == "the user's"
    for path in out.glob("index.sqlite3*"):
        path.unlink()
    with contextlib.closing(sqlite3.connect(out / "index.sqlite3")) as db:
        db.execute("CREATE TABLE mine (x)")
    refused = run("batch", "a", "-o", "out", *LEAD)
    assert refused.returncode == 1
    assert "it is no index of briefer" in refused.stderr
    with contextlib.closing(sqlite3.connect(out / "index.sqlite3")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def test_a_plan_counts_what_is_new_changed_and_gone_and_writes_nothing(run: Run, tmp_path: Path) -> None:  # fmt: skip
    folder = write_archive(tmp_path / "a", 20)
    (folder / "x.jsonl").write_text('{"text": "The port of Harn closed."}\n' * 3)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    for i in range(3):
        (folder / "00" / f"{i:04d}.txt").unlink()
    write_archive(folder, 2, first=50)
    (folder / "00" / "0007.txt").write_text("Harn\n\nThe port of Harn opened again.\n")
    with (folder / "x.jsonl").open("a") as stream:
        stream.write('{"text": "The port of Cellvik closed."}\n')
    before = (tmp_path / "out" / "archive.sqlite3").read_bytes()
    plan = json.loads(run("batch", "a", "-o", "out", *LEAD, "--dry-run", "--json").stdout)
    assert (plan["known"], plan["done"], plan["todo"]) == (26, 22, 4)
    assert (tmp_path / "out" / "archive.sqlite3").read_bytes() == before
    assert "4 reports done" in run("batch", "a", "-o", "out", *LEAD).stderr
    plan = json.loads(run("batch", "a", "-o", "out", *LEAD, "--dry-run", "--json").stdout)
    assert plan["todo"] == 0


def test_the_time_that_is_left_heeds_the_limit(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 300)
    made = run("batch", "a", "-o", "out", *LEAD, "--limit", "40", "--json")
    events = [json.loads(line) for line in made.stdout.splitlines()]
    assert all(e["seconds_left"] <= 40 / e["per_second"] + 0.1 for e in events if e["event"] == "progress" and e["per_second"])  # fmt: skip
    assert events[-1]["here"] == 40


def test_what_changes_between_listing_and_reading_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "The port of Harn closed."}\n' * 3)
    job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
    said: list[str] = []

    class Watched:
        def say(self, message: str) -> None:
            said.append(message)

        def progress(self, progress: Progress) -> None:
            del progress

    class Late(Serial):
        def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
            path.write_text('{"text": "The port of Cellvik closed again."}\n' + '{"text": "The port of Harn closed."}\n' * 2)  # fmt: skip
            yield from super().run(tasks)

    for engine, left in ((Late, 3), (Serial, 0)):
        ledger = open_archive(tmp_path / "out", job, None)
        list_archive(ledger, [str(path)])
        work = Work(ledger, tmp_path / "out", job, "jsonl", Watched(), lambda *_: None, sources=[str(path)])  # fmt: skip
        work.go(engine(job, said.append))
        totals = ledger.totals()
        assert (totals.known - totals.done, totals.failed) == (left, 0)
        ledger.close()
    assert len([what for what in said if "changed while it was read" in what]) == 1
    assert len(rows_of(tmp_path / "out")) == 3


def test_a_full_disk_is_told_from_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def full(descriptor: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError) as caught:
        files.write_atomically(tmp_path / "x", b"x")
    assert "Make room" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_one_folder_has_one_name(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 3)
    for name in ("a", "./a", "a/", ".//a//"):
        assert run("batch", name, "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 3


def test_the_output_folder_is_no_source(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "archive", 3)
    refused = run("batch", "archive", "-o", "archive", *LEAD)
    assert refused.returncode == 2
    assert "the output folder is no source of its own" in refused.stderr
    assert not (tmp_path / "archive" / "archive.sqlite3").exists()
    for _ in range(2):
        assert run("batch", f"file://{tmp_path}", "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 3


def test_a_sample_is_of_all_sources(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 9)
    refused = run("batch", "a", "nowhere", "-o", "out", *LEAD, "--sample", "3")
    assert refused.returncode == 1
    assert "a sample is of all the sources" in refused.stderr
