"""The report of an archive's run, so that it can be audited: counts, failures, speed, models, hashes."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from briefer import __version__
from briefer.batch import Finished
from briefer.engines import Job, unpack
from briefer.files import write_atomically
from briefer.ledger import Ledger
from briefer.parts import Form, digest_of
from briefer.past_briefs import Past
from briefer.reading.sources import printable
from briefer.rendering.jinja import render_named
from briefer.types import Value, to_json

_READ: Final = 20_000  # failures whose words are read
_EXAMPLES: Final = 3
_OLD: Final = 3600.0  # seconds
_RUN: Final = "run "
_OF_ARCHIVE: Final = (
    "version",
    "form",
    "known",
    "done",
    "failed",
    "rows_sha256",
    "not_reached",
    "sources",
)
_SHOWN: Final = 20  # of the slowest reports, of the reasons, and of the reports that failed


class ModelUsed(Value, frozen=True):
    """A model that had a part in it."""

    name: str
    task: str
    revision: str
    licence: str
    fingerprint: str


class Slow(Value, frozen=True):
    """A report and the seconds that it took."""

    source: str
    seconds: float


class Reason(Value, frozen=True):
    """Why reports failed: the kind, an example of it in words, and how many.

    Attributes:
        examples: the first sources of the kind.
    """

    kind: str
    what: str
    count: int
    examples: tuple[str, ...]


class RunDone(Value, frozen=True):
    """One of the runs that an archive took, but for those that were killed.

    Attributes:
        ended: ISO 8601, UTC.
        workers: processes or actors; ``None`` where the engine chose.
        done: reports that it did.
    """

    ended: str
    engine: str
    workers: int | None
    done: int
    seconds: float
    is_stopped: bool


class RunReport(Value, frozen=True):
    """What a run did, and what the archive came to.

    Attributes:
        written: when this was written, ISO 8601, UTC.
        known, done, failed: reports of the archive; ``done`` holds the failed ones.
        duplicates: reports whose bytes are another one's too.
        bullets_refused: by a check, in all results.
        here: reports that this run did; ``copied`` of them took no model.
        seconds: that this run took.
        briefs: periods that have a brief, below ``out``; ``briefs_failed`` those that could not be made.
        undated: reports without a date, which are in none of the briefs.
        not_reached: sources that were not there, or went away.
        sources: as they were named.
        sample: reports that were chosen by chance, if not all.
        runs: that it took so far, the first one first.
        per_second: reports a second of this run.
        summary_seconds: of all results, reading included, one after the other.
        rows_sha256: of all rows in order; "" unless the rows are JSON Lines and complete.
        prompts: of a chat model, the fingerprint of each.
        settings_sha256: of model, settings and version: results of two never mix.
    """

    version: str
    written: str
    engine: str
    form: str
    known: int
    done: int
    failed: int
    duplicates: int
    bullets_refused: int
    here: int
    copied: int
    seconds: float
    per_second: float
    summary_seconds: float
    is_stopped: bool
    rows_sha256: str
    models: tuple[ModelUsed, ...]
    runtime: str
    bullets_per_report: int
    prompts: dict[str, str]
    settings_sha256: str
    reasons: tuple[Reason, ...]
    slowest: tuple[Slow, ...]
    briefs: tuple[str, ...] = ()
    undated: int = 0
    briefs_failed: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sample: int | None = None
    runs: tuple[RunDone, ...] = ()


def note_run(ledger: Ledger, finished: Finished, engine: str, workers: int | None) -> None:
    """Note that a run came to its end, for the reports of this one and of those to come."""
    progress, now = finished.progress, datetime.datetime.now(datetime.UTC)
    run = RunDone(now.isoformat(timespec="seconds"), engine, workers, progress.here, round(progress.seconds, 1), finished.is_stopped)  # fmt: skip
    ledger.note(f"{_RUN}{now.isoformat()} {ledger.owner}", msgspec.json.encode(run))


def report_of(
    ledger: Ledger, out: Path, job: Job, finished: Finished, *, engine: str, form: Form, sources: Sequence[str], past: Past,
) -> RunReport:  # fmt: skip
    """Gather the report.

    Args:
        ledger: of the archive.
        out: its folder.
        job: how reports were done.
        finished: how the run ended.
        engine: that did it.
        form: of the files of rows.
        sources: as they were named.
        past: briefs of the past.
    """
    totals = ledger.totals()
    seconds, refused, duplicates = ledger.sums()
    is_whole = form == "jsonl" and totals.open_blocks == 0
    progress = finished.progress
    return RunReport(
        version=__version__,
        written=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        engine=engine,
        form=form,
        known=totals.known,
        done=totals.done,
        failed=totals.failed,
        duplicates=duplicates,
        bullets_refused=refused,
        here=progress.here,
        copied=progress.copied,
        seconds=round(progress.seconds, 1),
        per_second=round(progress.rate, 2),
        summary_seconds=round(seconds, 1),
        is_stopped=finished.is_stopped,
        rows_sha256=digest_of(out, [held.block for held in ledger.blocks()]) if is_whole else "",
        models=_models(job),
        runtime=job.settings.runtime,
        bullets_per_report=job.settings.n_bullets,
        prompts=job.settings.prompts,
        settings_sha256=job.settings.fingerprint(),
        reasons=_reasons(ledger),
        slowest=tuple(Slow(ledger.place_of(r.seq).name, r.seconds) for r in ledger.slowest(_SHOWN)),
        briefs=past.names,
        briefs_failed=past.failed,
        undated=past.undated,
        not_reached=finished.lost,
        sources=tuple(map(printable, sources)),
        sample=int(ledger.get("sample") or 0) or None,
        runs=tuple(msgspec.json.decode(body, type=RunDone) for body in ledger.noted(_RUN)),
    )


def is_as_written(report: RunReport, out: Path) -> bool:
    """Whether the report in a folder says the same of the archive already."""
    try:
        before = msgspec.json.decode((out / "report.json").read_bytes(), type=RunReport)
    except (OSError, msgspec.MsgspecError):
        return False
    return all(getattr(before, name) == getattr(report, name) for name in _OF_ARCHIVE)


def write_report(report: RunReport, out: Path) -> list[Path]:
    """Write ``report.json`` and ``report.html``.

    Raises:
        UsageError: the folder cannot be written.
    """
    page = render_named("batch.html", [], report=report)
    paths = [out / "report.json", out / "report.html"]
    for path in out.glob(".report.*"):  # of runs that were killed while they wrote it
        if time.time() - path.stat().st_mtime > _OLD:
            path.unlink(missing_ok=True)
    for path, data in zip(paths, (to_json(report), page.encode()), strict=True):
        write_atomically(path, data)
    return paths


def _models(job: Job) -> tuple[ModelUsed, ...]:
    s = job.settings
    used = (
        (s.model, "made the bullets"), (s.figures, "read the numbers"), (s.syntax, "parsed long sentences"),
        (s.fallback, "chose sentences in the place of refused bullets"),
    )  # fmt: skip
    return tuple(ModelUsed(m.name, task, m.revision, m.licence, m.fingerprint) for m, task in used if m)  # fmt: skip


def _reasons(ledger: Ledger) -> tuple[Reason, ...]:
    """Failures by kind and words, the most frequent first; beyond a great many only their number."""
    found: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for result in ledger.failed(_READ):
        failure = unpack(result.body).failure
        what = failure.what if failure else ""
        count, sources = found.get((result.kind, what), (0, []))
        if len(sources) < _EXAMPLES:
            sources.append(ledger.place_of(result.seq).name)
        found[result.kind, what] = (count + 1, sources)
    reasons = [
        Reason(kind, what, n, tuple(sources)) for (kind, what), (n, sources) in found.items()
    ]
    reasons.sort(key=lambda reason: (-reason.count, reason.kind, reason.what))
    left = ledger.totals().failed - sum(reason.count for reason in reasons[:_SHOWN])
    rest = (Reason("", "others", left, ()),) if left else ()
    return (*reasons[:_SHOWN], *rest)
