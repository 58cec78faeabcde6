"""The guarded worker: what crashes, hangs or eats memory costs one source and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from briefer.reading.request import Request
from briefer.reading.sources import MAX_BYTES, Item, find_items, printable
from briefer.reading.untrusted import GuardedReader, read_items
from briefer.types import Failure, Outcome

from .conftest import EXAMPLES

GOOD = Request("good", "text", b"Ten ships came in on Monday, the port said.")

# A stand-in for a parser that goes wrong: what it does is in the text it is given.
MISBEHAVE = """
import os, sys
from briefer.reading import worker
def parse(request):
    word = request.data.split()[0]
    if word == b"crash":
        os.kill(os.getpid(), 11)
    if word == b"hang":
        while True:
            pass
    if word == b"eat":
        return bytearray(1 << 40)
    if word == b"raise":
        raise KeyError("inside a parser")
    if word == b"print":
        print("noise on standard output")
    from briefer.reading.parsing import parse as real
    return real(request)
worker.parse = parse
worker.main()
"""


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> GuardedReader:
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        assert command[1:] == ["-P", "-m", "briefer.reading.worker"]
        return real([sys.executable, "-c", MISBEHAVE], **options)  # type: ignore[call-overload]

    monkeypatch.setattr("briefer.reading.untrusted.subprocess.Popen", popen)
    return GuardedReader(time_limit=3.0)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("crash", "the reader crashed on it"),
        ("hang", "took longer than 3 s"),
        ("eat", "more memory than a source may take"),
        ("raise", "KeyError"),
    ],
)
def test_a_parser_gone_wrong_is_a_failure_and_the_next_source_is_read(
    reader: GuardedReader, word: str, message: str
) -> None:
    with reader:
        reply = reader.read(Request("bad", "text", word.encode()))
        assert reply.article is None
        assert reply.failure is not None
        assert (reply.failure.source, reply.failure.kind) == ("bad", "ReaderCrashedError")
        assert message in reply.failure.what
        assert reply.failure.hint
        after = reader.read(GOOD)
        assert after.article is not None
        assert after.article.body()[0].of(after.article.text) == GOOD.data.decode()


def test_a_parser_that_prints_does_not_break_the_frames(reader: GuardedReader) -> None:
    with reader:
        data = b"print ships came in on Monday, the port said in a statement."
        assert reader.read(Request("x", "text", data)).article is not None


def test_the_worker_is_gone_after_use() -> None:
    with GuardedReader() as reader:
        reader.read(GOOD)
        process = reader._process
        assert process is not None
    assert process.poll() is not None


def test_sources_come_in_order_with_failures_in_their_place(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_text(f"Ship {number} came in on Monday, it said.")
    (tmp_path / "17.txt").write_bytes(b"")
    outcomes = list(read_items(find_items([str(tmp_path)])))
    assert [Path(o.source).stem for o in outcomes] == [f"{n:02}" for n in range(40)]
    assert [Path(o.source).stem for o in outcomes if o.failure] == ["17"]


class DictCache:
    def __init__(self) -> None:
        self.kept: dict[str, Outcome] = {}

    def get_reading(self, key: str) -> Outcome | None:
        return self.kept.get(key)

    def put_reading(self, key: str, outcome: Outcome) -> None:
        self.kept[key] = outcome


def test_what_was_read_before_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = DictCache()
    names = ("ferry-strike.txt", "empty.txt")
    items = list(find_items([str(EXAMPLES / "day-1" / name) for name in names]))
    first = list(read_items(items, cache=cache))
    monkeypatch.setattr(GuardedReader, "read", lambda *_: pytest.fail("parsed again"))
    assert list(read_items(items, cache=cache)) == first
    assert len(cache.kept) == 2


def test_a_crash_is_tried_again(reader: GuardedReader) -> None:
    cache = DictCache()
    items = [Item("bad", "text", b"crash")]
    with reader, pytest.MonkeyPatch.context() as patch:
        patch.setattr("briefer.reading.untrusted.GuardedReader", lambda: reader)
        (outcome,) = read_items(items, cache=cache)
    assert outcome.failure is not None
    assert cache.kept == {}


def found(source: str | Path) -> list[Item | Failure]:
    return list(find_items([str(source)]))


def only_failure(source: str | Path) -> str:
    (failure,) = found(source)
    assert isinstance(failure, Failure)
    assert failure.hint
    return failure.what


def test_sources_that_cannot_be_opened_say_why(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "none.jsonl").write_bytes(b"")
    (tmp_path / "big.txt").write_bytes(b"word " * (MAX_BYTES // 5 + 1))
    assert only_failure(tmp_path / "nowhere.txt") == "no such file or folder"
    assert only_failure(tmp_path / "empty") == "no articles in this folder"
    assert only_failure(tmp_path / "none.jsonl") == "the file holds no records"
    assert only_failure(tmp_path / "big.txt").startswith("longer than 10 MB")
    assert "cannot be opened" in only_failure("a\0b")


def test_pipes_long_names_and_blank_records_say_why(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "blank.jsonl").write_text("\n \n")
    assert only_failure(tmp_path / "pipe") == "not a file"
    assert only_failure("/dev/zero") == "not a file"
    assert only_failure(tmp_path / "blank.jsonl") == "the file holds no records"
    assert "cannot be opened" in only_failure("a" * 5000)


def test_a_name_that_is_not_utf8_is_read_and_can_be_printed(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(name, "wb") as stream:  # noqa: PTH123 (a name in bytes)
        stream.write(GOOD.data)
    (outcome,) = read_items(find_items([str(tmp_path)]))
    assert outcome.article is not None
    assert outcome.source.endswith("caf\\xe9.txt")
    assert printable("two\nlines\x1b[0m.txt") == "two\\nlines\\x1b[0m.txt"


def test_files_of_the_current_folder_are_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("msgspec", "trafilatura", "resource", "briefer"):
        (tmp_path / f"{library}.py").write_text("open('PWNED', 'w')")
    monkeypatch.chdir(tmp_path)
    with GuardedReader() as reader:
        page = b"<html><body><article><p>Ten ships came in on Monday, it said.</p></article></body></html>"
        assert reader.read(Request("x", "html", page)).article is not None
    assert not (tmp_path / "PWNED").exists()


def test_whoever_stops_early_waits_for_nothing(reader: GuardedReader) -> None:
    items = [
        Item("good", "text", GOOD.data),
        *(Item(f"slow {n}", "text", b"hang") for n in range(9)),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("briefer.reading.untrusted.GuardedReader", lambda: reader)
        patch.setattr("briefer.reading.untrusted._LOOKAHEAD", 1)
        outcomes = read_items(items)
        assert next(outcomes).article is not None
        outcomes.close()  # type: ignore[attr-defined]
    assert reader._process is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "secret.txt").chmod(0)
    assert "no permission" in only_failure(tmp_path / "secret.txt")


def test_a_record_over_the_limit_is_skipped_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "one"}\n' + b"x" * (MAX_BYTES + 9) + b'\n\n{"text": "two"}')
    items = found(path)
    assert [getattr(item, "source") for item in items] == [f"{path}:1", f"{path}:2", f"{path}:4"]  # noqa: B009
    assert [isinstance(item, Failure) for item in items] == [False, True, False]


def test_folders_are_walked_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.md", "a.html", ".hidden/x.txt", "c/.y.txt", "d.unknown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    items = [item for item in found(tmp_path) if isinstance(item, Item)]
    names = [(item.source.removeprefix(str(tmp_path) + "/"), item.media) for item in items]
    assert names == [
        ("a.html", "html"),
        ("d.unknown", "text"),
        ("b/1.md", "markdown"),
        ("b/2.txt", "text"),
    ]


def test_pages_are_known_by_their_first_bytes() -> None:
    items = found(EXAMPLES / "day-2" / "battery-plant.html")
    assert isinstance(items[0], Item)
    assert items[0].media == "html"
