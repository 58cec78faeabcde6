"""Archives whose sources come from a network: read through it, and left for later when it goes away."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from briefer.batch import Progress, Run, list_archive, open_archive
from briefer.engines import Job, Serial
from briefer.ledger import Totals
from briefer.pipeline import settings_for
from briefer.reading.archive import list_files, places_in, read_ahead, trouble_with
from briefer.reading.sources import Item

from .archive_texts import write_archive
from .conftest import Run as Runner
from .test_batch import LEAD, report_of, rows_of

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
SERVE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


class Store:
    """An object store on loopback, in a process of its own that can be killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def put(self, folder: Path, bucket: str) -> None:
        import boto3

        client: Any = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # fmt: skip
        client.create_bucket(Bucket=bucket)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                client.put_object(Bucket=bucket, Key=str(path.relative_to(folder)), Body=path.read_bytes())  # fmt: skip

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    made = Store()
    for name, value in (KEYS | {"AWS_ENDPOINT_URL": made.url}).items():
        monkeypatch.setenv(name, value)
    yield made
    made.stop()


def test_an_archive_in_an_object_store_is_the_same_as_in_a_folder(run: Runner, tmp_path: Path, store: Store) -> None:  # fmt: skip
    folder = write_archive(tmp_path / "a", 60)
    (folder / "rows.jsonl").write_text('{"text": "The port of Harn closed."}\n' * 3)
    (folder / ".hidden").write_text("x")
    store.put(folder, "reports")
    made = run("batch", "s3://reports", "-o", "far", *LEAD)
    assert made.returncode == 0, made.stderr
    assert run("batch", "a", "-o", "near", *LEAD).returncode == 0
    far, near = rows_of(tmp_path / "far"), rows_of(tmp_path / "near")
    assert len(far) == 63
    assert [row["source"].removeprefix("s3://reports/") for row in far] == [row["source"].removeprefix("a/") for row in near]  # fmt: skip
    assert [[b["text"] for b in row["bullets"]] for row in far] == [[b["text"] for b in row["bullets"]] for row in near]  # fmt: skip
    again = run("batch", "s3://reports", "-o", "far", *LEAD)
    assert "Nothing to do: all 63 reports are done" in again.stderr
    one = run("batch", "s3://reports/00/0001.txt", "-o", "one", *LEAD)
    assert one.returncode == 0
    assert len(rows_of(tmp_path / "one")) == 1


def test_a_store_that_goes_away_leaves_its_reports_for_later(tmp_path: Path, store: Store) -> None:
    store.put(write_archive(tmp_path / "a", 60), "reports")
    store.put(write_archive(tmp_path / "b", 5), "others")
    totals, said = _done_until(tmp_path, ["s3://reports"], store.stop)
    assert 5 <= totals.done < 60
    assert not totals.failed
    assert "cannot be reached any more" in " ".join(said)


def test_what_no_bucket_or_package_or_network_is_said(run: Runner, store: Store) -> None:
    missing = run("batch", "s3://nowhere/x", "-o", "out", *LEAD)
    assert missing.returncode == 1
    assert "s3://nowhere/x: nothing is there" in missing.stderr
    unknown = run("batch", "nonsense://a/b", "-o", "out", *LEAD)
    assert unknown.returncode == 1
    assert "the object store cannot be used" in unknown.stderr
    deaf = run("batch", "s3://reports/x", "-o", "out", *LEAD, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert deaf.returncode == 1
    assert "the object store cannot be read" in deaf.stderr


@pytest.mark.parametrize("how", ["unmounted", "gone"])
def test_a_share_that_goes_away_leaves_its_reports_for_later(tmp_path: Path, how: str) -> None:
    share = write_archive(tmp_path / "share", 60)
    other = write_archive(tmp_path / "other", 5)

    def go_away() -> None:
        share.rename(tmp_path / "away")
        if how == "unmounted":
            share.mkdir()

    sources = [str(share), str(other)]
    totals, said = _done_until(tmp_path, sources, go_away)
    assert 10 <= totals.done < 65, "the other folder was done"
    assert not totals.failed
    assert "cannot be reached any more" in " ".join(said)
    shutil.rmtree(share, ignore_errors=True)
    (tmp_path / "away").rename(share)
    totals, said = _done_until(tmp_path, sources, lambda: None)
    assert totals.done == 65
    assert not said


def test_a_file_that_is_gone_while_its_folder_is_there_is_a_failure(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "a", 20)
    totals, said = _done_until(tmp_path, [str(folder)], (folder / "00" / "0019.txt").unlink)
    assert (totals.done, totals.failed) == (20, 1)
    assert not said


def _done_until(tmp_path: Path, sources: list[str], happens: Callable[[], object]) -> tuple[Totals, list[str]]:  # fmt: skip
    """How far an archive comes where something happens after the fifth; what was said."""
    job = Job(settings_for("lead", "ctranslate2", 3, rules_only=True))
    ledger = open_archive(tmp_path / "out", job, None)
    list_archive(ledger, sources)
    said: list[str] = []

    class Watched:
        def say(self, message: str) -> None:
            said.append(message)

        def progress(self, progress: Progress) -> None:
            if progress.here == 5:
                happens()

    work = Run(ledger, tmp_path / "out", job, "jsonl", Watched(), lambda *_: None, sources=sources)
    finished = work.go(Serial(job, said.append))
    assert bool(finished.lost) == bool(said)
    totals = ledger.totals()
    ledger.close()
    return totals, said


def test_sources_that_are_not_there_are_said_and_the_others_done(run: Runner, tmp_path: Path) -> None:  # fmt: skip
    write_archive(tmp_path / "a", 4)
    (tmp_path / "empty").mkdir()
    made = run("batch", "a", "empty", "nowhere", "-o", "out", *LEAD)
    assert made.returncode == 3
    assert "nowhere: no such file or folder" in made.stderr
    report = report_of(tmp_path / "out")
    assert (report["known"], report["done"], report["failed"]) == (4, 4, 0)
    assert report["not_reached"] == ["empty", "nowhere"]
    assert "nowhere" in (tmp_path / "out" / "report.html").read_text()
    alone = run("batch", "nowhere", "-o", "out", *LEAD)
    assert alone.returncode == 1
    assert "what was done before is kept" in alone.stderr
    assert len(rows_of(tmp_path / "out")) == 4


def test_a_folder_that_cannot_be_listed_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def scandir(path: object) -> Any:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    assert trouble_with(os.fsencode(tmp_path)).startswith("no such file")
    (tmp_path / "x").touch()
    assert trouble_with(os.fsencode(tmp_path)) == ""
    monkeypatch.setattr(os, "scandir", scandir)
    assert "not connected" in trouble_with(os.fsencode(tmp_path))


def test_objects_are_fetched_several_at_once_and_come_in_order(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    write_archive(tmp_path / "a", 30)
    places = [p for f in list_files([f"file://{tmp_path}/a"]) for p in places_in(f)]
    calls: list[float] = []

    def skip(path: bytes) -> bool:
        calls.append(time.monotonic())
        return path.endswith(b"7.txt")

    found = list(read_ahead(places, skip))
    names = [item.source[-8:] if isinstance(item, Item) else None for item in found]
    assert names == [None if i % 10 == 7 else f"{i:04d}.txt" for i in range(30)]
