"""An archive from end to end: listed, done in blocks, stopped at any moment, gone on with, reported."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec

from briefer.engines import Engine, Job, Task, pack, result_of, unpack
from briefer.errors import OtherSettingsError
from briefer.ledger import Ledger, Result, Totals
from briefer.listing import Listed
from briefer.parts import FOLDER, OTHER_FORMS, Form, part_in, part_path, write_part
from briefer.reading.archive import (
    Place,
    canonical,
    lies_in,
    list_files,
    places_of,
    read_ahead,
    sample_of,
    trouble_with,
)
from briefer.reading.sources import printable
from briefer.types import Article, Bullet, Failure, Outcome, article_id

LEDGER: Final = "archive.sqlite3"


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        totals: of the archive.
        here: reports done by this run, copies of others among them.
        copied: of these, those whose bytes another report has too.
        seconds: since the work began.
        left: reports that this run would still do.
    """

    totals: Totals
    here: int
    copied: int
    seconds: float
    left: int = 0

    @property
    def rate(self) -> float:
        """Reports a second."""
        return self.here / self.seconds if self.seconds > 0 else 0.0


class Watch(Protocol):
    """Told how a run goes."""

    def say(self, message: str) -> None:
        """Something that the user should know of."""

    def progress(self, progress: Progress) -> None:
        """Called after every report."""


class Finished(NamedTuple):
    """How a run ended.

    Attributes:
        progress: how far it came.
        is_stopped: whether the user stopped it.
        held: blocks that other runs have in hand.
        lost: sources that could not be reached, or not any more; their reports are left for another run.
    """

    progress: Progress
    is_stopped: bool
    held: int
    lost: tuple[str, ...] = ()


BlockDone = Callable[[int, list[tuple[Outcome, bytes]]], None]


def open_archive(out: Path, job: Job, sample: int | None) -> Ledger:
    """The ledger of an output folder, which is made if need be.

    Raises:
        OtherSettingsError: the folder was made with another model, or in another way.
        LedgerError: it cannot be used.
    """
    ledger = Ledger(out / LEDGER)
    try:
        _see_to_settings(ledger, out, job, sample)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _see_to_settings(ledger: Ledger, out: Path, job: Job, sample: int | None) -> None:
    ours = {
        "key": job.settings.fingerprint().encode(), "id": uuid.uuid4().bytes, "sample": str(sample or "").encode(), "job": msgspec.json.encode(job),
    }  # fmt: skip
    if ledger.note_first(ours):
        return
    noted = ledger.get("key")
    why = ""
    if ledger.get("sample") != ours["sample"]:
        why = f"it holds a sample of {ledger.get('sample').decode() or 'all'} reports"
    elif ledger.get("job") != ours["job"]:
        why = _difference(ledger.get("job"), job)
    elif noted != ours["key"]:
        why = "it was made by another version of briefer"
    if why:
        raise OtherSettingsError(why, where=str(out), hint="Name a new folder with -o, or remove this one; results of two ways are never mixed")  # fmt: skip


def _difference(noted: bytes, job: Job) -> str:
    try:
        theirs = msgspec.json.decode(noted, type=Job)
    except msgspec.DecodeError:
        return "it was made by another version of briefer"
    a, b = theirs.settings, job.settings
    if a.model.name != b.model.name:
        return f"it was made with the model {a.model.name}, and not with {b.model.name}"
    pairs = {
        "bullets": (a.n_bullets, b.n_bullets), "runtime": (a.runtime, b.runtime), "plain": (theirs.plain, job.plain),
        "rules": (a.figures is None, b.figures is None), "prompts": (a.prompts, b.prompts),
    }  # fmt: skip
    told = [f"{name} {x}, and not {y}" for name, (x, y) in pairs.items() if x != y]
    return f"it was made with {told[0] if told else 'other weights or settings of the model'}"


def list_archive(ledger: Ledger, sources: list[str], sample: int | None = None) -> Listed:
    """Note what is in some sources, but for the ledger's own folder.

    Raises:
        SourceError: an object store cannot be read.
        LedgerError: the ledger cannot be written.
    """
    files = list_files(sources, ledger.path.parent)
    if sample is None:
        return ledger.add(files)
    if ledger.totals().known:
        return Listed(0)  # the sample was taken
    listed = list(files)
    chosen = sample_of(places_of(listed), sample)
    return ledger.add(listed, chosen)


class Run:
    """One run over an archive.

    Args:
        ledger: what is known of it.
        out: output folder.
        job: how reports are done.
        form: of the files of rows.
        watch: told how it goes.
        block_done: called with a block that is whole, before it is called done: outcomes and their vectors.
        sources: of the archive, as they were given.
        limit: reports to do at most.
    """

    def __init__(
        self, ledger: Ledger, out: Path, job: Job, form: Form, watch: Watch, block_done: BlockDone, *, sources: Sequence[str] = (), limit: int | None = None,
    ) -> None:  # fmt: skip
        self._ledger, self._out, self._job, self._form = ledger, out, job, form
        self._watch, self._block_done = watch, block_done
        self._sources = [canonical(os.fsencode(source)) for source in sources]
        self._lost: set[bytes] = set()
        self._changed: set[bytes] = set()
        self._left = limit
        self._open: dict[int, int] = {}  # reports that a claimed block still lacks
        self._in_hand: dict[int, tuple[int, int, Place]] = {}  # block, generation and place
        self._here = self._copied = 0
        self._is_stopping = False
        self._began = time.monotonic()
        self._totals = ledger.totals()
        self._leftovers: dict[int, list[Path]] = {}  # what killed runs were writing, by block

    def go(self, engine: Engine) -> Finished:
        """Do what is left, until it is done, the limit is reached or the user stops it.

        Raises:
            BrieferError: the engine or the ledger cannot be used; what was done is kept.
        """
        self._reopen_missing()
        self._leftovers = leftovers_in(self._out)
        try:
            results = engine.run(self.tasks(reads=engine.reads))
            with self._heed_ctrl_c(), self._ledger.kept_claimed(), contextlib.closing(results):
                for result in results:
                    if result is not None:
                        self._keep(result)
                    # A cluster has all of it in hand: there, stopping is to take what has come.
                    if self._is_stopping and engine.reads:
                        break
                for block in list(self._open):
                    self._block_done(
                        block, self._write(block)
                    )  # not whole, but what there is of it
        finally:
            self._ledger.release()
        self._totals = self._ledger.totals()
        lost = tuple(
            sorted(printable(os.fsdecode(source)) for source in self._lost | self._changed)
        )
        return Finished(self._progress(), self._is_stopping, self._ledger.held_by_others(), lost)

    def stop(self) -> None:
        """Begin nothing more; what is in hand is finished."""
        self._is_stopping = True

    def tasks(self, *, reads: bool = False) -> Iterator[Task]:
        """Reports to be done; what needs no model is done on the way.

        Args:
            reads: whether the engine's workers read the reports themselves; then nothing is read here.
        """
        while not self._is_stopping and self._left != 0:
            block = self._ledger.claim(self._open)
            if block is None:
                return
            pending = self._ledger.pending(block)
            self._open[block] = len(pending)
            if not pending:
                self._finish(block)
            readings = read_ahead([] if reads else [place for *_, place in pending], self._in_lost)
            for seq, generation, place in pending:
                if self._is_stopping or self._left == 0:
                    return
                found = next(readings, None)
                if self._in_lost(place.path):
                    continue
                self._left = None if self._left is None else self._left - 1
                self._in_hand[seq] = block, generation, place
                if found is None:
                    yield Task(seq, place=place)
                    continue
                if isinstance(found, Failure):
                    failed = Outcome(found.source, failure=found)
                    self._keep(result_of(seq, b"", failed, 0.0))
                    continue
                same = self._ledger.with_digest(self._job.digest_of(found))
                if same is None:
                    yield Task(seq, found)
                else:
                    self._copied += 1
                    copy = renamed(unpack(same.body), found.source)
                    self._keep(same._replace(seq=seq, seconds=0.0, body=pack(copy)))

    def _in_lost(self, path: bytes) -> bool:
        return any(lies_in(path, source) for source in self._lost)

    def _is_lost(self, path: bytes) -> bool:
        """Whether a report cannot be read since its source is gone: a share or a network that went away."""
        for source in self._sources:
            if source not in self._lost and lies_in(path, source) and (why := trouble_with(source)):
                self._lost.add(source)
                self._watch.say(f"{printable(os.fsdecode(source))} cannot be reached any more ({why}); its reports are left for another run")  # fmt: skip
        return self._in_lost(path)

    def _keep(self, result: Result) -> None:
        block, generation, place = self._in_hand.pop(result.seq)
        has_changed = result.kind == "ChangedError"
        if has_changed or (result.kind == "SourceError" and self._is_lost(place.path)):
            if has_changed and place.path not in self._changed:
                self._changed.add(place.path)
                self._watch.say(f"{printable(os.fsdecode(place.path))} changed while it was read; what is left of it is done by the next run")  # fmt: skip
            return
        if self._ledger.put(result, generation):
            self._here += 1
            known, done, failed, blocks = self._totals
            self._totals = Totals(known, done + 1, failed + bool(result.kind), blocks)
            self._watch.progress(self._progress())
        self._open[block] -= 1
        if self._open[block] == 0:
            self._finish(block)

    def _finish(self, block: int) -> None:
        self._block_done(block, self._write(block))
        self._ledger.finish(block, part_in(self._out, block, self._form))
        del self._open[block]

    def _write(self, block: int) -> list[tuple[Outcome, bytes]]:
        made = [(unpack(result.body), result.vectors) for result in self._ledger.results(block)]
        path = part_path(self._out, block, self._form)
        write_part(path, [outcome for outcome, _ in made], self._form)
        for other in OTHER_FORMS[self._form]:
            part_path(self._out, block, other).unlink(missing_ok=True)
        # Only who holds the block may: its file is not another run's that writes now.
        for path in self._leftovers.pop(block, ()):
            path.unlink(missing_ok=True)
        return made

    def _reopen_missing(self) -> None:
        """Files of rows that somebody removed or changed, or that are wanted in another form, are written anew."""
        missing = [b for b, is_done, part in self._ledger.blocks() if is_done and part != part_in(self._out, b, self._form)]  # fmt: skip
        if missing:
            self._ledger.reopen(missing)

    def _progress(self) -> Progress:
        left = self._totals.known - self._totals.done
        if self._left is not None:
            left = min(left, self._left + len(self._in_hand))
        return Progress(
            self._totals, self._here, self._copied, time.monotonic() - self._began, left
        )

    @contextlib.contextmanager
    def _heed_ctrl_c(self) -> Iterator[None]:
        """The first Ctrl-C finishes what is in hand; the second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def heed(*_: object) -> None:
            self.stop()
            signal.signal(signal.SIGINT, before)
            self._watch.say("Finishing what is in hand; Ctrl-C again ends at once.")

        before = signal.signal(signal.SIGINT, heed)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def leftovers_in(out: Path) -> dict[int, list[Path]]:
    """Files of rows that a killed run was in the middle of writing, by block; each has another name than a whole one."""
    found: dict[int, list[Path]] = {}
    for path in (out / FOLDER).glob(".part-*"):
        number = path.name.removeprefix(".part-").partition(".")[0]
        if number.isdecimal():
            found.setdefault(int(number), []).append(path)
    return found


def renamed(outcome: Outcome, source: str) -> Outcome:
    """What came of a report, as it would of another one with the same bytes."""
    article, summary = outcome.article, outcome.summary
    if article is None or summary is None:
        return msgspec.structs.replace(outcome, source=source)
    new: Article = msgspec.structs.replace(
        article, id=article_id(source, article.title, article.text), source=source
    )

    def bullet(old: Bullet) -> Bullet:
        return msgspec.structs.replace(old, article=new.id)

    made = msgspec.structs.replace(
        summary,
        article=new.id,
        lede=bullet(summary.lede) if summary.lede else None,
        bullets=tuple(map(bullet, summary.bullets)),
        callouts=tuple(msgspec.structs.replace(c, article=new.id) for c in summary.callouts),
    )
    return Outcome(source, article=new, summary=made)
