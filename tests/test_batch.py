"""Archives: nothing done twice, nothing half, whoever does it and however it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from briefer.batch import Progress, Run, list_archive, open_archive
from briefer.engines import Job, Processes, Task, result_of, unpack
from briefer.errors import EngineError
from briefer.ledger import Result
from briefer.listing import BLOCK
from briefer.parts import digest_of
from briefer.pipeline import settings_for
from briefer.reading.sources import Item
from briefer.types import Failure, Outcome

from .archive_texts import write_archive
from .conftest import Run as Runner

LEAD = ("-m", "lead", "--rules")  # no weights: what is tested is the archive


def rows_of(out: Path) -> list[dict[str, Any]]:
    parts = sorted((out / "reports").glob("part-*.jsonl"))
    return [json.loads(line) for part in parts for line in part.read_text().splitlines()]


def report_of(out: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def test_every_report_has_a_row_and_a_second_run_has_nothing_to_do(run: Runner, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 300)
    made = run("batch", "a", "-o", "out", *LEAD, "-w", "2")
    assert made.returncode == 0, made.stderr
    assert "300 reports done" in made.stderr
    assert made.stdout.split() == ["out/report.json", "out/report.html"]
    rows = rows_of(tmp_path / "out")
    assert [row["source"] for row in rows] == [f"a/{i // 50:02d}/{i:04d}.txt" for i in range(300)]
    assert rows[7]["bullets"][0]["text"].startswith("The unemployment rate in Melkhaus fell to 5.7 percent")  # fmt: skip
    assert rows[7]["published"] == "2026-03-08"
    assert report_of(tmp_path / "out")["rows_sha256"] == digest_of(tmp_path / "out", [1, 2])
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "reports").iterdir()}
    again = run("batch", "a", "-o", "out", *LEAD)
    assert again.returncode == 0
    assert "Nothing to do: all 300 reports are done" in again.stderr
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_engines_give_the_same_bytes(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 30)
    for engine in ("serial", "processes"):
        made = run("batch", "a", "-o", engine, "--engine", engine, "-w", "2")
        assert made.returncode == 0, made.stderr
    assert report_of(tmp_path / "serial")["rows_sha256"] == report_of(tmp_path / "processes")["rows_sha256"]  # fmt: skip


def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bytes(run: Runner, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 2 * BLOCK + 88)
    assert run("batch", "a", "-o", "whole", *LEAD).returncode == 0
    command = [sys.executable, "-m", "briefer", "batch", "a", "-o", "out", *LEAD, "-w", "2"]
    begun: Counter[str] = Counter()
    kills = 0
    while True:
        with (tmp_path / "said").open("w+") as said:
            process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=said, env={**os.environ, "BRIEFER_DEBUG": "1"})  # fmt: skip
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.2 + 0.11 * kills if kills < 6 else None)
            process.send_signal(signal.SIGKILL)
            process.wait()
            said.seek(0)
            begun.update(line.split()[1] for line in said if line.startswith("begun "))
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, (tmp_path / "said").read_text()
        kills += 1
    assert kills
    assert not list((tmp_path / "out" / "reports").glob(".*")), "a half file was left"
    assert report_of(tmp_path / "out")["rows_sha256"] == report_of(tmp_path / "whole")["rows_sha256"]  # fmt: skip
    # No more than what two workers had in hand is begun again.
    assert sum(begun.values()) - len(begun) <= 12 * kills


def test_ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 900)
    command = [sys.executable, "-m", "briefer", "batch", "a", "-o", "out", *LEAD, "--json"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout is not None
    event = json.loads(process.stdout.readline())  # it is at work
    assert event["event"] == "progress"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    end = json.loads(out.splitlines()[-1])
    assert end["event"] == "end"
    assert end["is_stopped"]
    assert 0 < end["done"] < 900
    assert len(rows_of(tmp_path / "out")) == end["done"], "what was done is there to be read"
    finished = run("batch", "a", "-o", "out", *LEAD)
    assert finished.returncode == 0, finished.stderr
    assert len(rows_of(tmp_path / "out")) == 900


def test_two_runs_share_an_archive(tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 8 * BLOCK)
    command = [sys.executable, "-m", "briefer", "batch", "a", "-o", "out", *LEAD, "-w", "1"]
    env = {**os.environ, "BRIEFER_DEBUG": "1"}
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env) for _ in range(2)]  # fmt: skip
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    begun = [{line.split()[1] for line in err.splitlines() if line.startswith("begun ")} for err in said]  # fmt: skip
    assert not begun[0] & begun[1], "both did the same report"
    assert all(begun), "one did nothing"
    assert len(rows_of(tmp_path / "out")) == 8 * BLOCK


def test_what_changes_is_done_again_and_nothing_else(run: Runner, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "a", 20)
    records = tmp_path / "a" / "log.jsonl"
    records.write_text("".join(json.dumps({"id": str(i), "text": f"The quay of Harn took {i} ships on Monday."}) + "\n" for i in range(5)))  # fmt: skip
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert len(rows_of(tmp_path / "out")) == 25
    (folder / "00" / "0003.txt").write_text(
        "Harn\n\nThe harbour of Harn closed on Friday after a storm.\n"
    )
    lines = records.read_text().splitlines()
    lines[1] = json.dumps({"id": "1", "text": "The quay of Harn was empty on Monday."})
    records.write_text("\n".join([*lines, json.dumps({"id": "5", "text": "A tug of Harn sank."})]) + "\n")  # fmt: skip
    (folder / "00" / "9999.txt").write_text("Norrvik\n\nThe bridge of Norrvik opens in May.\n")
    again = run("batch", "a", "-o", "out", *LEAD)
    assert again.returncode == 0, again.stderr
    assert "4 reports done" in again.stderr
    rows = {row["source"]: row for row in rows_of(tmp_path / "out")}
    assert len(rows) == 27
    assert "closed on Friday" in rows["a/00/0003.txt"]["bullets"][0]["text"]
    assert "was empty" in rows["a/log.jsonl:2"]["bullets"][0]["text"]
    # A file of records that became shorter.
    records.write_text(lines[0] + "\n")
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    assert sum(row["source"].startswith("a/log.jsonl") for row in rows_of(tmp_path / "out")) == 1


def test_a_bad_report_every_tenth_costs_itself_alone(run: Runner, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "a", 40)
    for i in range(0, 40, 10):
        (folder / "00" / f"{i:04d}.txt").write_bytes(b"\x00\x01\x02\x03" * 100)
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    made = run("batch", "a", "-o", "out", *LEAD)
    assert made.returncode == 3
    assert "5 failed" in made.stderr
    report = report_of(tmp_path / "out")
    assert (report["known"], report["done"], report["failed"]) == (41, 41, 5)
    assert "no such file" in " ".join(reason["what"] for reason in report["reasons"])
    assert [row["error"] is not None for row in rows_of(tmp_path / "out")].count(True) == 5
    page = (tmp_path / "out" / "report.html").read_text()
    assert "a/00/0010.txt" in page
    (folder / "nowhere.txt").write_text("Harn\n\nThe harbour of Harn closed on Friday.\n")
    again = run("batch", "a", "-o", "out", *LEAD, "--retry-failed")
    assert report_of(tmp_path / "out")["failed"] == 4, again.stderr


def test_the_same_bytes_are_summarised_once_and_every_name_has_its_row(run: Runner, tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "a").mkdir()
    text = "Harn closes its harbour\n\nThe harbour of Harn closed on Friday after 300 ships had left.\n"
    for i in range(1000):
        (tmp_path / "a" / f"{i:04d}.txt").write_text(text)
    made = run("batch", "a", "-o", "out", *LEAD, "-w", "2")
    assert made.returncode == 0, made.stderr
    rows = rows_of(tmp_path / "out")
    assert len({row["id"] for row in rows}) == 1000
    assert len({json.dumps([row["bullets"], row["callouts"]]) for row in rows}) == 1
    report = report_of(tmp_path / "out")
    assert report["duplicates"] == 999
    assert report["copied"] >= 950
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "0500.txt").write_text(text)
    alone = run("batch", "0500.txt", "-o", "alone", *LEAD, cwd=tmp_path / "b")
    assert alone.returncode == 0
    (own,) = rows_of(tmp_path / "b" / "alone")
    assert {**own, "id": 0, "source": 0} == {**rows[500], "id": 0, "source": 0}


def test_a_folder_of_another_model_is_refused(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 3)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    for more, why in (
        ((), "the model lead, and not with all-MiniLM-L6-v2"),
        (("-m", "lead"), "rules True, and not False"),
        ((*LEAD, "-n", "5"), "bullets 3, and not 5"),
        ((*LEAD, "--sample", "2"), "it holds a sample of all reports"),
    ):
        refused = run("batch", "a", "-o", "out", *more)
        assert refused.returncode == 2
        assert why in refused.stderr
        assert "Name a new folder with -o" in refused.stderr


def test_limit_sample_and_dry_run(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 60)
    planned = run("batch", "a", "-o", "out", *LEAD, "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "60 reports, 0 done before, 60 to do" in planned.stdout
    assert "a second each (tried now)" in planned.stdout
    assert not (tmp_path / "out").exists()
    assert run("batch", "a", "-o", "out", *LEAD, "--limit", "25").returncode == 0
    assert len(rows_of(tmp_path / "out")) == 25
    assert "60 reports, 25 done before, 35 to do" in run("batch", "a", "-o", "out", *LEAD, "--dry-run").stdout  # fmt: skip
    sampled = [run("batch", "a", "-o", name, *LEAD, "--sample", "10") for name in ("one", "two")]
    assert [made.returncode for made in sampled] == [0, 0]
    chosen = [[row["source"] for row in rows_of(tmp_path / name)] for name in ("one", "two")]
    assert len(chosen[0]) == 10
    assert chosen[0] == chosen[1]


def test_parquet_has_the_same_rows(run: Runner, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_archive(tmp_path / "a", 12)
    assert run("batch", "a", "-o", "out", *LEAD).returncode == 0
    rows = rows_of(tmp_path / "out")
    made = run("batch", "a", "-o", "out", *LEAD, "--format", "parquet")
    assert made.returncode == 0, made.stderr
    table = parquet.read_table(tmp_path / "out" / "reports" / "part-000001.parquet").to_pylist()
    assert [row["source"] for row in table] == [row["source"] for row in rows]
    assert [b["text"] for b in table[3]["bullets"]] == [b["text"] for b in rows[3]["bullets"]]
    callout = next(c for c in table[3]["callouts"] if c["unit"] == "percent")
    assert callout["value"] == 6.3
    assert callout["sentence"].startswith("The unemployment rate in Melkhaus")


def test_briefs_of_the_past_know_only_their_days(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 56)
    (tmp_path / "a" / "undated.txt").write_text("Harn\n\nThe harbour of Harn closed on Friday.\n")
    made = run("batch", "a", "-o", "out", *LEAD, "--briefs", "week", "--briefs-format", "md")
    assert made.returncode == 0, made.stderr
    folders = sorted(p.name for p in (tmp_path / "out" / "briefs").iterdir())
    assert folders == ["2026-W09", "2026-W10", "2026-W11", "2026-W12", "2026-W13"]
    for name in folders:
        brief = json.loads((tmp_path / "out" / "briefs" / name / "brief.json").read_text())
        days = [article["published"]["date"] for article in brief["articles"]]
        assert all(brief["date"] >= day for day in days)
        assert brief["articles"]
    report = report_of(tmp_path / "out")
    assert report["undated"] == 1
    assert report["briefs"] == folders


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"new\nline.txt", "北京.txt".encode(), b"a b'\"$.txt", b"-o.txt"])  # fmt: skip
def test_names_of_any_bytes(run: Runner, tmp_path: Path, name: bytes) -> None:
    (tmp_path / "a").mkdir()
    with open(os.fsencode(tmp_path / "a") + b"/" + name, "w") as stream:  # noqa: PTH123
        stream.write("Harn\n\nThe harbour of Harn closed on Friday.\n")
    made = run("batch", "a", "-o", "out", *LEAD)
    assert made.returncode == 0, made.stderr
    assert len(rows_of(tmp_path / "out")) == 1


def test_the_output_folder_is_no_source(run: Runner, tmp_path: Path) -> None:
    write_archive(tmp_path, 5)
    for _ in range(2):
        made = run("batch", ".", "-o", "out", *LEAD)
        assert made.returncode == 0, made.stderr
        assert [row["source"] for row in rows_of(tmp_path / "out")] == [f"./00/{i:04d}.txt" for i in range(5)]  # fmt: skip
    assert "5 reports, 5 done before, 0 to do" in run("batch", ".", "-o", "out", *LEAD, "--dry-run").stdout  # fmt: skip


def test_standard_input_is_no_archive(run: Runner) -> None:
    refused = run("batch", "-", "-o", "out", *LEAD, stdin=b"The port of Harn closed.")
    assert refused.returncode == 2
    assert "Save it as a .jsonl file" in refused.stderr


def test_nothing_there_is_said(run: Runner) -> None:
    made = run("batch", "nowhere", "-o", "out", *LEAD)
    assert made.returncode == 1
    assert "nowhere: no such file or folder" in made.stderr
    assert run("batch", "-o", "out").returncode == 2


class TestProcesses:
    def test_a_worker_that_dies_is_replaced_and_its_reports_are_done(self, tmp_path: Path) -> None:
        job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
        said: list[str] = []
        tasks = iter([Task(i, Item(f"{i}.txt", "text", b"Harn\n\nThe port of Harn closed on Friday.\n")) for i in range(40)])  # fmt: skip
        results: list[Result] = []
        for result in Processes(job, 1, said.append).run(tasks):
            if result is None:
                continue
            results.append(result)
            if len(results) == 3:
                children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
                for pid in children.split():
                    command = Path(f"/proc/{pid}/cmdline").read_bytes()
                    if b"engine_worker" in command:
                        os.kill(int(pid), signal.SIGKILL)
        assert sorted(r.seq for r in results) == list(range(40))
        assert all(unpack(r.body).summary for r in results)
        assert said == ["a worker process died; another one goes on"]

    def test_workers_that_cannot_begin_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BRIEFER_CACHE", "/dev/null/x")
        job = Job(settings_for("all-MiniLM-L6-v2", "ctranslate2", 3))
        with pytest.raises(EngineError):
            list(Processes(job, 1, lambda _: None).run(iter([Task(0, Item("a.txt", "text", b"The port closed.\n"))])))  # fmt: skip


def test_stopping_a_cluster_is_to_take_what_has_come(tmp_path: Path) -> None:
    """An engine that has every report in hand would otherwise go on for hours."""
    write_archive(tmp_path / "a", 40)
    job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
    ledger = open_archive(tmp_path / "out", job, None)
    list_archive(ledger, [str(tmp_path / "a")])

    class Watched:
        def say(self, message: str) -> None:
            del message

        def progress(self, progress: Progress) -> None:
            if progress.here == 3:
                work.stop()

    class Wave:
        reads = True
        closed = False

        def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
            wave = list(tasks)
            try:
                for task in wave:
                    failure = Failure(task.name, "not done", "", "SourceError")
                    yield result_of(task.seq, b"", Outcome(task.name, failure=failure), 0.0)
            finally:
                self.closed = True

    engine = Wave()
    work = Run(ledger, tmp_path / "out", job, "jsonl", Watched(), lambda *_: None)
    finished = work.go(engine)
    assert finished.is_stopped
    assert finished.progress.here == 3
    assert engine.closed
    assert ledger.sums()[2] == 0, "failures without bytes are no duplicates"
    assert ledger.claim() == 1, "it was given back"
