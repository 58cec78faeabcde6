"""Briefs of the past: one of each day, week or month of an archive, which knows nothing of later ones.

The date of the article decides, and never the clock of the machine; an article without a date is in none.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from briefer.briefing import make_brief
from briefer.engines import Job, unpack
from briefer.errors import BrieferError
from briefer.ledger import Ledger
from briefer.pipeline import render_all, write_brief
from briefer.rendering.look import Look
from briefer.types import Outcome, to_json

Period = Literal["day", "week", "month"]
FOLDER: Final = "briefs"
_TITLES: Final = {"day": "Daily brief", "week": "Weekly brief", "month": "Monthly brief"}


class Past(NamedTuple):
    """Briefs of the past: names of the periods that have one, those whose brief failed, and reports without a date."""

    names: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    undated: int = 0


def make_past_briefs(
    ledger: Ledger, out: Path, job: Job, period: Period, formats: Sequence[str], look: Look, say: Callable[[str], None],
) -> Past:  # fmt: skip
    """Make the brief of each period that has reports; one that is there already is left, one that fails is said."""
    # First where each report belongs, so that no more than a period's are ever held.
    members: dict[str, list[int]] = {}
    undated = 0
    for result in ledger.results():
        if result.kind:
            continue
        day = day_of(unpack(result.body))
        if day is None:
            undated += 1
        else:
            members.setdefault(name_of(day, period), []).append(result.seq)
    names, failed = [], []
    for name in sorted(members):
        outcomes = [unpack(result.body) for result in ledger.these(members[name])]
        try:
            _make(outcomes, out / FOLDER / name, name, job, period, formats, look, say)
        except BrieferError as error:
            say(f"{name}: {error}")
            failed.append(name)
        else:
            names.append(name)
    for folder in sorted((out / FOLDER).glob("*/brief.json")):
        name = folder.parent.name
        if name not in members and len(name) == len(name_of(datetime.date.max, period)):
            say(
                f"{name}: its reports have gone or have another date now; {folder.parent} is as it was"
            )
    return Past(tuple(names), tuple(failed), undated)


def _make(
    outcomes: list[Outcome], folder: Path, name: str, job: Job, period: Period, formats: Sequence[str], look: Look, say: Callable[[str], None],
) -> None:  # fmt: skip
    last = last_day_of(name, period)
    brief = make_brief(
        outcomes, job.settings, title=_TITLES[period], date=last.isoformat(), zone="UTC"
    )
    known = folder / "brief.json"
    is_there = known.is_file() and known.read_bytes() == to_json(brief)
    if is_there and all((folder / f"brief.{f}").exists() for f in formats):
        return
    # JSON last: it says that the others are there.
    wanted = [*(f for f in formats if f != "json"), "json"]
    write_brief(brief, render_all(brief, wanted, look), folder, None)
    say(f"{name}: {len(outcomes):,} reports, {len(brief.stories):,} stories")


def day_of(outcome: Outcome) -> datetime.date | None:
    """The day that an article says it was published on."""
    article = outcome.article
    if article is None or article.published is None:
        return None
    try:
        return datetime.date.fromisoformat(article.published.date[:10])
    except ValueError:
        return None


def name_of(day: datetime.date, period: Period) -> str:
    """Name of the day, ISO week or month that a day lies in; names sort as time does."""
    if period == "day":
        return day.isoformat()
    if period == "month":
        return day.isoformat()[:7]
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def last_day_of(name: str, period: Period) -> datetime.date:
    """The day on whose evening the brief of a period could have been made."""
    if period == "day":
        return datetime.date.fromisoformat(name)
    if period == "week":
        try:
            return datetime.date.fromisocalendar(int(name[:4]), int(name[6:]), 7)
        except ValueError:  # the last week that there is
            return datetime.date.max
    year, month = int(name[:4]), int(name[5:])
    return datetime.date(year, month, calendar.monthrange(year, month)[1])
