"""Archives that change, break off or are odd while they are listed: nothing that was done is lost, nothing is doubled."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from briefer.batch import LEDGER, _see_to_settings, list_archive, open_archive
from briefer.engines import Job, Processes, Task
from briefer.errors import OtherSettingsError
from briefer.ledger import Ledger, Result
from briefer.past_briefs import last_day_of
from briefer.pipeline import settings_for
from briefer.reading import archive
from briefer.reading.archive import list_files
from briefer.reading.sources import Item

from .archive_texts import write_archive
from .conftest import Run
from .test_batch import LEAD, report_of, rows_of


def lines(n: int, first: int = 0) -> str:
    return "".join(f'{{"title": "Quay {i}", "text": "The quay of Harn took {i} ships in March, the port said."}}\n' for i in range(first, first + n))  # fmt: skip


def sources_of(out: Path) -> list[str]:
    return [row["source"] for row in rows_of(out)]


def test_a_file_of_records_that_breaks_off_keeps_what_was_done_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    path = tmp_path / "a.jsonl"
    path.write_text(lines(50))
    ledger = Ledger(tmp_path / LEDGER)
    ledger.add(list_files([str(path)]))
    path.write_text(lines(51))
    real = archive._opened

    class Breaking(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1000:
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
            return super().readline(size)

    monkeypatch.setattr(archive, "_opened", lambda p: Breaking(path.read_bytes()))
    listed = ledger.add(list_files([str(path)]))
    assert listed.unread == (os.fsencode(path),)
    assert ledger.totals().known == 50
    monkeypatch.setattr(archive, "_opened", real)
    assert ledger.add(list_files([str(path)])).changed == 1
    assert ledger.totals().known == 51


def test_a_file_that_may_not_be_read_for_a_while_keeps_what_was_done_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    path = tmp_path / "a.jsonl"
    path.write_text(lines(5))
    ledger = Ledger(tmp_path / LEDGER)
    ledger.add(list_files([str(path)]))
    path.write_text(lines(6))

    def refused(_: bytes) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr(archive, "_opened", refused)
        assert ledger.add(list_files([str(path)])).unread == (os.fsencode(path),)
        assert list(archive.places_of(list_files([str(path)]))) == []
    assert ledger.totals().known == 5
    assert ledger.add(list_files([str(path)])).changed == 1


def test_a_file_that_is_gone_for_a_moment_keeps_its_rows(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "share.jsonl").write_text(lines(5))
    (tmp_path / "a" / "x.jsonl").symlink_to(tmp_path / "share.jsonl")
    (tmp_path / "a" / "y.txt").write_text("Harn\n\nThe port of Harn closed on Friday.\n")
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    before = rows_of(tmp_path / "out")
    (tmp_path / "share.jsonl").rename(tmp_path / "away")
    gone = run("batch", "a", "-o", "out", *LEAD)
    assert "Nothing to do: all 6 reports are done" in gone.stderr
    (tmp_path / "away").rename(tmp_path / "share.jsonl")
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert rows_of(tmp_path / "out") == before


def test_a_file_of_records_that_was_empty_leaves_no_ghost(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("\n")
    empty = run("batch", "x.jsonl", "-o", "out", *LEAD)
    assert empty.returncode == 1
    assert "the file holds no records" in (tmp_path / "out" / "reports" / "part-000001.jsonl").read_text()  # fmt: skip
    path.write_text(lines(3))
    assert run("batch", "x.jsonl", "-o", "out", *LEAD, "--retry-failed").returncode == 0
    assert sources_of(tmp_path / "out") == ["x.jsonl:1", "x.jsonl:2", "x.jsonl:3"]


def test_what_is_no_file_costs_itself_alone(run: Run, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "a", 3)
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    made = run("batch", "a", "-o", "out", *LEAD)
    assert made.returncode == 3
    rows = {row["source"]: row["error"] and row["error"]["what"] for row in rows_of(tmp_path / "out")}  # fmt: skip
    assert len(rows) == 6
    assert [what for what in rows.values() if what is None] == [None] * 3
    assert rows["a/pipe.jsonl"] == "not a file"
    (folder / "loop").unlink()


def test_a_folder_that_cannot_be_listed_is_said_and_no_report(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    folder = write_archive(tmp_path / "a", 60)
    real = os.scandir

    def scandir(path: Any) -> Any:
        if os.fsencode(path).endswith(b"/01"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ledger = Ledger(tmp_path / LEDGER)
    listed = ledger.add(list_files([str(folder)]))
    assert listed.unread == (os.fsencode(folder / "01"),)
    assert ledger.totals().known == 50


class TestTwoRuns:
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        (tmp_path / "a.jsonl").write_text(lines(3))
        ledger = Ledger(tmp_path / LEDGER)
        ledger.add(list_files([str(tmp_path / "a.jsonl")]))
        return ledger

    def test_a_result_of_what_has_changed_since_is_not_kept(self, tmp_path: Path, ledger: Ledger) -> None:  # fmt: skip
        (_, _, third) = ledger.pending(1)
        (tmp_path / "a.jsonl").write_text(lines(2) + lines(1, first=9))
        assert ledger.add(list_files([str(tmp_path / "a.jsonl")])).changed >= 1
        assert not ledger.put(Result(third[0], b"d", "", 0, 0.1, b"old"), third[1])
        assert len(ledger.pending(1)) == 3

    def test_a_result_of_what_is_gone_is_nobodys(self, tmp_path: Path, ledger: Ledger) -> None:
        seq, generation, _ = ledger.pending(1)[2]
        (tmp_path / "a.jsonl").write_text(lines(2))
        ledger.add(list_files([str(tmp_path / "a.jsonl")]))
        assert not ledger.put(Result(seq, b"d", "", 0, 0.1, b"gone"), generation)
        (tmp_path / "b.txt").write_text("Harn\n\nThe port of Harn closed.\n")
        ledger.add(list_files([str(tmp_path / "b.txt")]))
        assert seq not in {row[0] for row in ledger.pending(1)}, "numbers are given once"
        assert ledger.slowest(5) == []

    def test_a_block_that_another_run_has_now_is_not_called_done(self, tmp_path: Path, ledger: Ledger) -> None:  # fmt: skip
        assert ledger.claim() == 1
        for seq, generation, _ in ledger.pending(1):
            ledger.put(Result(seq, b"d", "", 0, 0.1, b""), generation)
        with contextlib.closing(sqlite3.connect(ledger.path)) as db:
            db.execute("UPDATE blocks SET owner = 'elsewhere:1:2'")
            db.commit()
        ledger.finish(1, "jsonl 7")
        assert ledger.totals().open_blocks == 1

    def test_the_first_settings_are_those_of_the_folder(self, tmp_path: Path) -> None:
        three, five = (Job(settings_for("lead", "ctranslate2", n, rules_only=True)) for n in (3, 5))
        one, two = Ledger(tmp_path / LEDGER), Ledger(tmp_path / LEDGER)
        _see_to_settings(one, tmp_path, three, None)
        with pytest.raises(OtherSettingsError, match="bullets 3, and not 5"):
            _see_to_settings(two, tmp_path, five, None)
        _see_to_settings(two, tmp_path, three, None)

    def test_what_is_claimed_stays_so_while_a_step_takes_long(self, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        monkeypatch.setattr("briefer.ledger.LEASE", 0.5)
        monkeypatch.setattr("briefer.ledger._RENEWED", 0.1)
        other = Ledger(ledger.path)
        other.owner = "elsewhere:1:2"
        with ledger.kept_claimed():
            assert ledger.claim() == 1
            time.sleep(1.2)
            assert other.claim() is None
        time.sleep(0.8)
        assert other.claim() == 1


def test_rows_of_another_form_or_damaged_are_written_anew(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = write_archive(tmp_path / "a", 3)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    write_archive(tmp_path / "b", 1, first=8)
    (folder / "00" / "0001.txt").write_bytes((tmp_path / "b" / "00" / "0008.txt").read_bytes())
    assert run("batch", "a", "-o", "out", *LEAD, "--format", "parquet").returncode == 0
    parts = tmp_path / "out" / "reports"
    assert [p.name for p in parts.iterdir()] == ["part-000001.parquet"]
    assert report_of(tmp_path / "out")["form"] == "parquet"
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert [p.name for p in parts.iterdir()] == ["part-000001.jsonl"]
    assert rows_of(tmp_path / "out")[1]["title"] == "Unemployment in Harn falls again"
    assert report_of(tmp_path / "out")["form"] == "jsonl"
    (parts / "part-000001.jsonl").write_bytes(b"")
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 3


def test_a_file_that_becomes_shorter_by_a_block_leaves_no_rows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines(300))
    assert run("batch", "x.jsonl", "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 300
    path.write_text(lines(100))
    assert run("batch", "x.jsonl", "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 100
    assert report_of(tmp_path / "out")["rows_sha256"]
    assert "Nothing to do" in run("batch", "x.jsonl", "-o", "out", *LEAD).stderr


def test_numbers_of_any_size_are_rows_of_parquet(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    text = "Debt in Velland\n\nHARN, 4 March 2026 - The debt of Velland rose to 10,000,000,000,000,001 yen in February, the ministry said.\n"
    (tmp_path / "a.txt").write_text(text)
    made = run("batch", "a.txt", "-o", "out", *LEAD, "--format", "parquet")
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize(("name", "period"), [("9999-12", "month"), ("9999-W52", "week"), ("9999-12-31", "day")])  # fmt: skip
def test_the_last_days_that_there_are_have_briefs(name: str, period: Any) -> None:
    assert last_day_of(name, period).isoformat() in {"9999-12-31"} or period == "week"
    assert last_day_of("2024-02", "month").isoformat() == "2024-02-29"


def test_a_retry_with_a_limit_gets_to_every_failure(run: Run, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "a", 2)
    for i in range(6):
        (folder / f"b{i}.txt").write_bytes(b"\x00\x01\x02\x03" * 100)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 3
    for _ in range(3):
        again = run("batch", "a", "-o", "out", *LEAD, "--retry-failed", "--limit", "2")
        assert "2 reports done" in again.stderr
    with contextlib.closing(sqlite3.connect(tmp_path / "out" / LEDGER)) as db:
        tries = [n for (n,) in db.execute("SELECT tries FROM items JOIN results USING (seq) WHERE kind != ''")]  # fmt: skip
    assert tries == [2] * 6
    assert len(rows_of(tmp_path / "out")) == 8


@pytest.mark.parametrize("ahead", [5, 48])
def test_neighbours_that_kill_their_worker_do_not_end_the_run(monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:  # fmt: skip
    job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
    program = (
        "import sys, os\nfrom briefer import engine_worker as w\nreal = w.read\n"
        "def read(task, *a):\n    return os._exit(9) if task.name.startswith('bad') else real(task, *a)\n"
        "w.read = read\nw.main()\n"
    )
    real = subprocess.Popen

    def popen(command: list[str], **options: Any) -> Any:
        worker = command[-1] == "briefer.engine_worker"
        return real([sys.executable, "-P", "-c", program] if worker else command, **options)

    monkeypatch.setattr("briefer.engines.subprocess.Popen", popen)
    names = ["a", "bad1", "bad2", "bad3", "bad4", *[f"z{i}" for i in range(60)]]
    tasks = iter([Task(i, Item(f"{name}.txt", "text", b"Harn\n\nThe port of Harn closed on Friday.\n")) for i, name in enumerate(names)])  # fmt: skip
    engine = Processes(job, 1, lambda _: None)
    engine._ahead = (
        ahead  # with many, as for a model that writes, a suspect's worker is closed behind it
    )
    found = {r.seq: r.kind for r in engine.run(tasks) if r is not None}
    assert [found[i] for i in range(65)] == ["", *["WorkerDiedError"] * 4, *[""] * 60]


def test_ctrl_c_costs_no_report_with_the_serial_engine_either(tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 400)
    command = [sys.executable, "-m", "briefer", "batch", "a", "-o", "out", *LEAD, "--engine", "serial", "--json"]  # fmt: skip
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=60)
    assert "Finishing what is in hand" in err
    end = json.loads(out.splitlines()[-1])
    assert end["failed"] == 0
    assert end["is_stopped"]


def test_a_run_beside_another_one_says_that_work_is_left(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 2)
    job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
    ledger = open_archive(tmp_path / "out", job, None)
    list_archive(ledger, ["a"] if Path.cwd() == tmp_path else [str(tmp_path / "a")])
    ledger.owner = "elsewhere:1:2"
    assert ledger.claim() == 1
    ledger.close()
    made = run("batch", str(tmp_path / "a"), "-o", "out", *LEAD)
    assert made.returncode == 3
    assert "in the hands of another run" in made.stderr
