"""``briefer batch``: an archive of reports, stopped and gone on with."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from briefer.cli_options import (
    NOTHING_DONE,
    OK,
    SOME_FAILED,
    STOPPED,
    Bullets,
    ModelName,
    Plain,
    Rules,
    RuntimeName,
    Sources,
    sources_of,
)
from briefer.talk import talk

if TYPE_CHECKING:
    from briefer.batch import Progress

_A_MINUTE = 60.0
_A_MOMENT = 0.5


def batch(
    context: typer.Context,
    sources: Sources = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the rows, the report, and what is needed to go on.")] = Path("archive"),
    form: Annotated[Literal["jsonl", "parquet"], typer.Option("--format", help="Form of the rows; Parquet needs pyarrow.")] = "jsonl",
    model: ModelName = "all-MiniLM-L6-v2",
    bullets: Bullets = 3,
    runtime: RuntimeName = "ctranslate2",
    plain: Plain = False,
    rules: Rules = False,
    engine: Annotated[Literal["processes", "serial", "ray"], typer.Option(help="Who does the work: processes of this machine, this one alone, or a cluster.")] = "processes",
    workers: Annotated[int | None, typer.Option("-w", "--workers", min=1, max=1024, help="Processes, or actors of the cluster; else one for each core.")] = None,
    address: Annotated[str | None, typer.Option(help="Of a Ray cluster, HOST:PORT; else one is begun here.")] = None,
    briefs: Annotated[Literal["day", "week", "month"] | None, typer.Option(help="Also make a brief of each day, week or month of the archive.")] = None,
    briefs_format: Annotated[str, typer.Option("--briefs-format", help="Formats of these, with commas.")] = "html,json",
    limit: Annotated[int | None, typer.Option(min=1, help="Do at most so many reports now.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Do only so many reports, chosen by chance, the same ones each time.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do again what failed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and how long it would take; a few reports are tried for it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print events as JSON, one a line.")] = False,
) -> None:  # fmt: skip
    """Bullets and numbers of every report of an archive; the same command goes on where it was stopped."""
    from briefer import archives, options
    from briefer.rendering import find_renderer

    wanted = options.formats_of(briefs_format)
    for name in wanted if briefs else ():
        find_renderer(name)
    wish = archives.Wish(
        tuple(sources_of(context, sources)), output, form, model=model, runtime=runtime, n_bullets=bullets, plain=plain, rules=rules,
        engine=engine, workers=workers, address=address, briefs=briefs, formats=tuple(wanted), limit=limit, sample=sample, retry_failed=retry_failed,
    )  # fmt: skip
    look = options.look_of(context.obj, None)
    if dry_run:
        plan = archives.plan_of(wish, talk.say)
        _print_event("plan", plan) if as_json else print(plan.in_words())
        return
    with _watching(as_json) as watch:
        finished, report, paths = archives.run(wish, look, watch)
    if as_json:
        _print_event("end", report)
    else:
        _tell_end(finished, report, paths, output)
    raise typer.Exit(_code_of(finished, report))


def _code_of(finished: Any, report: Any) -> int:
    if finished.is_stopped:
        return STOPPED
    if finished.held and not finished.progress.here:
        return SOME_FAILED
    if report.known and report.done == report.failed:
        return NOTHING_DONE
    return SOME_FAILED if report.failed or report.briefs_failed or finished.lost else OK


def _tell_end(finished: Any, report: Any, paths: Any, output: Path) -> None:
    progress = finished.progress
    left = report.known - report.done
    if progress.here:
        copied = f" ({progress.copied:,} of them copies of others)" if progress.copied else ""
        talk.say(f"{progress.here:,} reports done{copied} in {duration(progress.seconds)}, {progress.rate:,.1f} a second")  # fmt: skip
    else:
        talk.say(f"Nothing to do: all {report.known:,} reports are done" if not left else "Nothing was done")  # fmt: skip
    if report.failed:
        talk.say(f"{report.failed:,} failed; {output / 'report.html'} says why, --retry-failed does them again")  # fmt: skip
    if left:
        held = f"; {finished.held:,} blocks are in the hands of another run" if finished.held else ""  # fmt: skip
        talk.say(f"{left:,} reports are left: the same command goes on from here{held}")
    if finished.lost:
        talk.say(f"not reached: {', '.join(finished.lost)}")
    for path in paths:
        print(path)


class _Watch:
    """Tells how a run goes: a line a minute, or events."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._told = time.monotonic()

    def say(self, message: str) -> None:
        """See `batch.Watch`."""
        talk.say(message)

    def progress(self, progress: Progress) -> None:
        """See `batch.Watch`."""
        now = time.monotonic()
        if now - self._told < (_A_MOMENT if self._as_json else _A_MINUTE):
            return
        self._told = now
        if self._as_json:
            _print_event("progress", progress)
        else:
            talk.say(_line_of(progress))


class _Bar:
    """A line with rate, time left and failures, on a terminal."""

    def __init__(self, bar: Any, task: Any) -> None:
        self._bar, self._task = bar, task

    def say(self, message: str) -> None:
        """See `batch.Watch`."""
        self._bar.console.print(message, markup=False, highlight=False)

    def progress(self, progress: Progress) -> None:
        """See `batch.Watch`."""
        totals = progress.totals
        self._bar.update(
            self._task, total=totals.known, completed=totals.done, failed=f"[red]{totals.failed:,} failed[/]" if totals.failed else "",
            rate=f"{progress.rate:,.1f}/s", left=f"{duration(left_of(progress))} left",
        )  # fmt: skip


@contextlib.contextmanager
def _watching(as_json: bool) -> Iterator[Any]:
    if as_json or not sys.stderr.isatty() or talk.level < 0:
        yield _Watch(as_json=as_json)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Reports"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[left]}"),
               TextColumn("{task.fields[failed]}"))  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Reports", total=None, rate="", left="", failed="")
        yield _Bar(bar, task)


def _line_of(progress: Progress) -> str:
    totals = progress.totals
    return f"{totals.done:,} of {totals.known:,} reports, {progress.rate:,.1f} a second, {duration(left_of(progress))} left, {totals.failed:,} failed"  # fmt: skip


def left_of(progress: Progress) -> float:
    """Seconds that are left at the rate so far."""
    return progress.left / progress.rate if progress.rate else 0.0


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _print_event(event: str, value: Any) -> None:
    import msgspec

    body = msgspec.to_builtins(value)
    if event == "progress":
        totals = value.totals
        body = {**totals._asdict(), "here": value.here, "copied": value.copied, "seconds": round(value.seconds, 1), "per_second": round(value.rate, 2),
                "seconds_left": round(left_of(value), 1)}  # fmt: skip
    print(msgspec.json.encode({"event": event, **body}).decode(), flush=True)
