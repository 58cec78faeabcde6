"""Listing an archive, and the ledger of what of it is done."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import tracemalloc
from pathlib import Path

import pytest

from briefer.batch import LEDGER
from briefer.ledger import Ledger, Result
from briefer.reading.archive import list_files, places_in, read_place, sample_of
from briefer.reading.sources import Item
from briefer.types import Failure

from .archive_texts import write_archive


class TestListing:
    def test_a_line_that_changes_behind_the_listing_is_no_other_report(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.jsonl"
        path.write_text('{"text": "One."}\n{"text": "Two."}\n')
        (file,) = list_files([str(path)])
        first, second = places_in(file)
        item = read_place(second)
        assert isinstance(item, Item)
        assert item.data == b'{"text": "Two."}\n'
        path.write_text('{"text": "None"}\n{"text": "Six."}\n')
        found = read_place(first)
        assert isinstance(found, Failure)
        assert "changed while the archive was read" in found.what

    def test_a_line_of_any_length_is_listed_in_pieces(self, tmp_path: Path) -> None:
        long = b'{"text": "' + b"x" * 60_000_000 + b'"}'
        path = tmp_path / "a.jsonl"
        path.write_bytes(b'{"text": "One."}\n\n' + long + b'\n{"text": "Two."}')
        (file,) = list_files([str(path)])
        tracemalloc.start()
        places = list(places_in(file))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10_000_000
        assert [(p.line, p.offset, p.length) for p in places] == [(1, 0, 17), (3, 18, 60_000_013), (4, 60_000_031, 16)]  # fmt: skip
        assert places[1].digest == hashlib.sha256(long + b"\n").digest()[:8]
        found = read_place(places[1])
        assert isinstance(found, Failure)
        assert "longer than" in found.what

    def test_links_to_folders_lead_nowhere(self, tmp_path: Path) -> None:
        write_archive(tmp_path / "a", 3)
        (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
        assert len(list(list_files([str(tmp_path / "a")]))) == 3

    def test_an_object_store_is_read_through_fsspec(self, tmp_path: Path) -> None:
        pytest.importorskip("fsspec")
        write_archive(tmp_path / "a", 3)
        files = list(list_files([f"file://{tmp_path}/a"]))
        assert len(files) == 3
        item = read_place(next(places_in(files[1])))
        assert isinstance(item, Item)
        assert item.source == f"file://{tmp_path}/a/00/0001.txt"
        assert item.media == "text"
        assert b"Norrvik" in item.data

    def test_a_sample_is_by_chance_and_always_the_same(self, tmp_path: Path) -> None:
        write_archive(tmp_path / "a", 100)
        places = [p for f in list_files([str(tmp_path / "a")]) for p in places_in(f)]
        chosen = sample_of(places, 10)
        assert chosen == sample_of(iter(places), 10)
        assert chosen != places[:10]
        assert chosen == sorted(chosen)


class TestLedger:
    def test_what_another_run_lists_meanwhile_is_not_listed_twice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        write_archive(tmp_path / "a", 5)
        one, two = Ledger(tmp_path / LEDGER), Ledger(tmp_path / LEDGER)
        files = list(list_files([str(tmp_path / "a")]))
        before = two.listing._file
        # The other one lists between its looking and its writing.
        monkeypatch.setattr(two.listing, "_file", lambda path: before(path) if one.totals().known else (one.add(files), None)[1])  # fmt: skip
        assert two.add(files).changed == 0
        assert one.totals().known == 5

    def test_a_claim_ends_with_its_run(self, tmp_path: Path) -> None:
        write_archive(tmp_path / "a", 3)
        one = Ledger(tmp_path / LEDGER)
        one.add(list_files([str(tmp_path / "a")]))
        assert one.claim() == 1
        two = Ledger(tmp_path / LEDGER)
        two.owner = "elsewhere:1:2"
        assert two.claim() is None
        assert two.held_by_others() == 1
        one.release()
        assert two.claim() == 1
        # A run of this machine that is no more; one of another machine when its lease is over.
        assert one.claim() is None
        db = sqlite3.connect(tmp_path / LEDGER)
        db.execute("UPDATE blocks SET until = ?", (time.time() - 1,))
        db.commit()
        assert one.claim() == 1
        host = one.owner.split(":")[0]
        db.execute("UPDATE blocks SET owner = ?, until = ?", (f"{host}:999999:7", time.time() + 99))
        db.commit()
        assert two.claim() == 1

    def test_a_block_whose_reports_changed_meanwhile_is_not_done(self, tmp_path: Path) -> None:
        write_archive(tmp_path / "a", 2)
        ledger = Ledger(tmp_path / LEDGER)
        ledger.add(list_files([str(tmp_path / "a")]))
        assert ledger.claim() == 1
        for seq, generation, _ in ledger.pending(1):
            ledger.put(Result(seq, b"d", "", 0, 0.1, b""), generation)
        write_archive(tmp_path / "a", 1, first=7)
        assert ledger.add(list_files([str(tmp_path / "a")])).changed == 1
        ledger.finish(1, "jsonl 7")
        assert ledger.totals().open_blocks == 1
