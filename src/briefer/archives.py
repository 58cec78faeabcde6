"""What `briefer batch` does, from a wish to rows, index, briefs and report."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from briefer.batch import LEDGER, Finished, Run, Watch, list_archive, open_archive
from briefer.batch_report import RunReport, is_as_written, note_run, report_of, write_report
from briefer.engines import Engine, Job, Processes, Serial, Task, unpack
from briefer.errors import DamagedIndexError, SourceError, UsageError
from briefer.index_rows import Line
from briefer.ledger import Ledger, Totals
from briefer.models.contract import Runtime
from briefer.models.runtime import available_cores
from briefer.parts import Form, see_to_form
from briefer.past_briefs import Past, Period, make_past_briefs
from briefer.pipeline import settings_for
from briefer.reading.archive import Place, list_files, places_of, read_place, trouble_with
from briefer.reading.sources import printable
from briefer.rendering.look import Look
from briefer.search import INDEX, Index
from briefer.types import Failure, Outcome, Value

_TRIED: Final = 24  # reports of a dry run
_TRIED_SECONDS: Final = 20.0

Say = Callable[[str], None]


class Wish(NamedTuple):
    """What the user wants of an archive.

    Attributes:
        sources: files, folders, or addresses of an object store.
        out: output folder.
        form: of the rows.
        workers: processes or actors; one for each core if not given.
        address: of a Ray cluster.
        briefs: make a brief of each day, week or month.
        formats: of these briefs.
        limit: reports to do at most now.
        sample: do only so many reports, chosen by chance.
        retry_failed: do again what failed.
    """

    sources: tuple[str, ...]
    out: Path
    form: Form
    model: str
    runtime: Runtime
    n_bullets: int
    plain: bool = False
    rules: bool = False
    engine: Literal["processes", "serial", "ray"] = "processes"
    workers: int | None = None
    address: str | None = None
    briefs: Period | None = None
    formats: tuple[str, ...] = ("html", "json")
    limit: int | None = None
    sample: int | None = None
    retry_failed: bool = False

    def job(self) -> Job:
        """How reports are to be done.

        Raises:
            UnknownModelError: the catalogue has no such model.
            UsageError: standard input is among the sources.
        """
        if "-" in self.sources:
            raise UsageError("an archive cannot be read from standard input", where="-", hint="Save it as a .jsonl file: what is stopped could not be read again")  # fmt: skip
        return Job(settings_for(self.model, self.runtime, self.n_bullets, rules_only=self.rules), self.plain)  # fmt: skip


class Plan(Value, frozen=True):
    """What would be done.

    Attributes:
        known: reports of the archive.
        done: of these, before.
        todo: that the run would do.
        per_second: reports a second that one process does, as it was tried now; 0 if none was.
        workers: processes.
        seconds: that it would take.
    """

    known: int
    done: int
    todo: int
    per_second: float
    workers: int
    seconds: float

    def in_words(self) -> str:
        """The plan as a sentence or two."""
        told = f"{self.known:,} reports, {self.done:,} done before, {self.todo:,} to do."
        if not self.todo or not self.per_second:
            return told
        minutes = self.seconds / 60
        long = f"{minutes / 60:.1f} hours" if minutes > 90 else f"{minutes:.0f} minutes" if minutes >= 1.5 else f"{self.seconds:.0f} seconds"  # fmt: skip
        return f"{told}\nAbout {long} with {self.workers} worker{'s' * (self.workers != 1)} at {self.per_second:.1f} reports a second each (tried now)."  # fmt: skip


def plan_of(wish: Wish, say: Say) -> Plan:
    """What a run would do, and how long it would take at a speed that is tried now; nothing is written.

    Raises:
        BrieferError: the sources or the model cannot be used.
    """
    job = wish.job()
    see_to_form(wish.form)
    present, _ = _present(wish, say)
    with contextlib.ExitStack() as stack:
        files = list_files(present, wish.out)
        totals = Totals(0, 0, 0, 0)
        left: Iterator[tuple[Place, bool]] = ((place, True) for place in places_of(files))
        if os.path.lexists(wish.out / LEDGER):
            ledger = stack.enter_context(contextlib.closing(open_archive(wish.out, job, wish.sample)))  # fmt: skip
            totals = ledger.totals()
            left = ledger.to_do(files if wish.sample is None else (), with_failed=wish.retry_failed)
        tried: list[Task] = []
        todo = new = 0
        for place, is_new in left:
            todo, new = todo + 1, new + is_new
            if len(tried) < _TRIED and not isinstance(item := read_place(place), Failure):
                tried.append(Task(todo, item))
    known = min(totals.known + new, wish.sample or totals.known + new)
    todo = min(todo, known)
    done = known - todo
    todo = min(todo, wish.limit) if wish.limit else todo
    rate = _tried_rate(job, tried, say) if todo else 0.0
    workers = wish.workers or (1 if wish.engine == "serial" else available_cores())
    return Plan(known, done, todo, round(rate, 2), workers, round(todo / rate / workers, 1) if rate else 0.0)  # fmt: skip


def _tried_rate(job: Job, tasks: list[Task], say: Say) -> float:
    """Reports a second of one process, the loading of the model left out."""
    rate = 0.0
    with contextlib.closing(Serial(job, say).run(iter(tasks))) as results:
        next(results, None)  # with it the model is loaded
        began = time.monotonic()
        for done, _ in enumerate(results, start=1):
            seconds = time.monotonic() - began
            rate = done / max(seconds, 1e-6)
            if seconds > _TRIED_SECONDS:
                break
    return rate


def run(wish: Wish, look: Look, watch: Watch) -> tuple[Finished, RunReport, list[Path]]:
    """Do an archive, or go on with it.

    Returns:
        How it ended, its report, and what was written besides the rows.

    Raises:
        BrieferError: the archive, the folder or the model cannot be used; what was done is kept.
    """
    see_to_form(wish.form)
    job = wish.job()
    present, absent = _present(wish, watch.say)
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(contextlib.closing(open_archive(wish.out, job, wish.sample)))
        listed = list_archive(ledger, present, wish.sample)
        unread = tuple(printable(os.fsdecode(path)) for path in listed.unread)
        for name in unread:
            watch.say(
                f"{name}: it cannot be listed or read to its end; what was done of it is kept"
            )
        if not ledger.totals().known:
            raise UsageError("there are no reports in the sources", where=", ".join(wish.sources), hint="Name files or folders of reports")  # fmt: skip
        if wish.retry_failed:
            ledger.reopen_failed()
        index = stack.enter_context(contextlib.closing(_index_in(wish.out, watch.say)))

        index.see_to(ledger.get("id").hex())
        encoder = job.settings.fallback or job.settings.model
        index.encoder = encoder.name if encoder.kind == "encoder" else ""

        def block_done(block: int, made: Iterable[tuple[Outcome, bytes]]) -> None:
            index.put(
                str(block), [(outcome, _lines_of(outcome, vectors)) for outcome, vectors in made]
            )

        _index_what_is_done(ledger, index, block_done, watch.say)
        work = Run(ledger, wish.out, job, wish.form, watch, block_done, sources=present, limit=wish.limit)  # fmt: skip
        finished = work.go(_engine_of(wish, job, watch))
        finished = finished._replace(lost=(*absent, *unread, *finished.lost))
        if finished.progress.here:
            note_run(ledger, finished, wish.engine, wish.workers)
        past = Past()
        if wish.briefs and not finished.is_stopped:
            if (open_ := ledger.totals()).done < open_.known:
                watch.say(f"{open_.known - open_.done:,} reports are still to be done, and are in no brief yet")  # fmt: skip
            past = make_past_briefs(ledger, wish.out, job, wish.briefs, wish.formats, look, watch.say)  # fmt: skip
        return finished, *_reported(wish, ledger, job, finished, past)


def _present(wish: Wish, say: Say) -> tuple[list[str], tuple[str, ...]]:
    """Sources that are there, and those that are not.

    Raises:
        SourceError: none is there, or not all of which a sample is to be taken.
        UsageError: there is none but the output folder.
    """
    troubles = {source: trouble_with(os.fsencode(source)) for source in wish.sources}
    absent = {printable(source): why for source, why in troubles.items() if why}
    if absent and len(absent) == len(troubles):
        where, why = next(iter(absent.items()))
        raise SourceError(why, where=where, hint="Check the path, the share or the network; what was done before is kept")  # fmt: skip
    for name, why in absent.items():
        say(f"{name}: {why}; going on without it")
    if absent and wish.sample and not (wish.out / LEDGER).exists():
        raise SourceError("a sample is of all the sources, and this one cannot be read", where=next(iter(absent)), hint="Wait until it can be, or name the others alone")  # fmt: skip
    present = [source for source in wish.sources if not troubles[source]]
    if all(os.path.realpath(source) == os.path.realpath(wish.out) for source in present):
        raise UsageError("the output folder is no source of its own", where=str(wish.out), hint="Name another folder with -o")  # fmt: skip
    return present, tuple(absent)


def _index_in(out: Path, say: Say) -> Index:
    """The archive's index; one that is damaged, or another version's, is thrown away: it is made anew."""
    try:
        return Index(out / INDEX)
    except DamagedIndexError as error:
        say(f"{error.where}: {error.what}; making it anew")
        Index.remove(out / INDEX)
        return Index(out / INDEX)


def _index_what_is_done(ledger: Ledger, index: Index, block_done: Callable[[int, Iterable[tuple[Outcome, bytes]]], None], say: Say) -> None:  # fmt: skip
    """Index the blocks that are done and not in it: it was removed, damaged, or is an earlier version's."""
    lacking = index.lacking([str(held.block) for held in ledger.blocks() if held.is_done])
    if lacking:
        say(f"Making the index of {len(lacking):,} block{'s' * (len(lacking) != 1)} anew…")
    for key in lacking:
        results = ledger.results(int(key))
        block_done(int(key), ((unpack(result.body), result.vectors) for result in results))


def _lines_of(outcome: Outcome, vectors: bytes) -> list[Line]:
    """What is printed of a report, with its vectors."""
    lines = outcome.summary.printed() if outcome.summary else []
    size = len(vectors) // len(lines) if lines else 0
    return [Line(text, vectors[i * size : (i + 1) * size]) for i, text in enumerate(lines)]


def _reported(wish: Wish, ledger: Ledger, job: Job, finished: Finished, past: Past) -> tuple[RunReport, list[Path]]:  # fmt: skip
    report = report_of(
        ledger, wish.out, job, finished, engine=wish.engine, form=wish.form, sources=wish.sources, past=past
    )  # fmt: skip
    if finished.progress.here or past.names or not is_as_written(report, wish.out):
        return report, write_report(report, wish.out)
    return report, []


def _engine_of(wish: Wish, job: Job, watch: Watch) -> Engine:
    if wish.engine == "serial":
        return Serial(job, watch.say)
    if wish.engine == "ray":
        from briefer.ray_engine import Cluster

        return Cluster(job, wish.workers, wish.address, watch.say)
    return Processes(job, wish.workers or available_cores(), watch.say)
