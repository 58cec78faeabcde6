"""Units for the schedulers that machines have: cron, systemd, launchd, Windows. briefer has no daemon of its own."""

from __future__ import annotations

import plistlib
import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from briefer.errors import UsageError
from briefer.types import Value

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOWS_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # fmt: skip


class Schedule(Value, frozen=True):
    """What is run, where, and when.

    Attributes:
        command: program and arguments.
        folder: that it runs in.
        hour, minute: of the machine's own clock.
        days: from 0, Monday.
    """

    command: tuple[str, ...]
    folder: str
    hour: int
    minute: int
    days: tuple[int, ...]


def time_of(text: str) -> tuple[int, int]:
    """``07:30`` as hour and minute.

    Raises:
        UsageError: it is no time of day.
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise UsageError(f"--at {text!r} is no time of day", hint="Write it as 07:00")
    return int(match[1]), int(match[2])


def days_of(text: str) -> tuple[int, ...]:
    """``mon-fri``, ``mon,thu`` or ``daily`` as days of the week, Monday 0.

    Raises:
        UsageError: a day is none.
    """
    found: set[int] = set()
    for part in "mon-sun".split(",") if text.strip().lower() == "daily" else text.lower().split(","):  # fmt: skip
        first, _, last = (piece.strip()[:3] for piece in part.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            raise UsageError(f"--days {text!r} names no days", hint="Write daily, mon-fri, or mon,thu")  # fmt: skip
        start, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return tuple(sorted(found))


def cron_line(schedule: Schedule) -> str:
    """A line for `crontab -e`."""
    days = "*" if len(schedule.days) == 7 else ",".join(str((day + 1) % 7) for day in schedule.days)
    command = f"cd {shlex.quote(schedule.folder)} && {shlex.join(schedule.command)} >>briefer.log 2>&1"  # fmt: skip
    # cron takes a bare percent sign for the end of the command.
    escaped = command.replace("%", r"\%")
    return f"# crontab -e\n{schedule.minute} {schedule.hour} * * {days} {escaped}\n"


def systemd_units(schedule: Schedule) -> str:
    """A service and its timer, for the user's own manager."""
    days = "" if len(schedule.days) == 7 else ",".join(DAYS[d].capitalize() for d in schedule.days) + " "  # fmt: skip
    command = " ".join(_systemd_word(word) for word in schedule.command)
    return f"""\
# ~/.config/systemd/user/briefer.service
[Unit]
Description=Morning brief

[Service]
Type=oneshot
WorkingDirectory={schedule.folder.replace("%", "%%")}
ExecStart={command}
# 3: made, but some sources could not be used; they are named in the brief.
SuccessExitStatus=3

# ~/.config/systemd/user/briefer.timer
[Unit]
Description=Morning brief, every day that it is wanted

[Timer]
OnCalendar={days}*-*-* {schedule.hour:02}:{schedule.minute:02}:00
# One that was missed while the machine slept is made up for.
Persistent=true

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now briefer.timer
"""


def _systemd_word(word: str) -> str:
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if re.search(r"[\s'\";]", word) else word


def launchd_plist(schedule: Schedule) -> str:
    """A property list for ``~/Library/LaunchAgents``."""
    moment = {"Hour": schedule.hour, "Minute": schedule.minute}
    # launchd counts from Sunday, 0.
    times = [moment] if len(schedule.days) == 7 else [{**moment, "Weekday": (d + 1) % 7} for d in schedule.days]  # fmt: skip
    log = str(Path(schedule.folder) / "briefer.log")
    body = {
        "Label": "org.briefer.morning", "ProgramArguments": [*schedule.command], "WorkingDirectory": schedule.folder,
        "StartCalendarInterval": times if len(times) > 1 else times[0], "StandardOutPath": log, "StandardErrorPath": log,
    }  # fmt: skip
    head = "<!-- ~/Library/LaunchAgents/org.briefer.morning.plist, then: launchctl load -w that file -->"  # fmt: skip
    first, rest = plistlib.dumps(body).decode().split("\n", 1)
    return f"{first}\n{head}\n{rest}"


def windows_task(schedule: Schedule) -> str:
    """A task for ``schtasks /Create /TN briefer /XML FILE``."""
    days = "".join(f"<{_WINDOWS_DAYS[d]} />" for d in schedule.days)
    arguments = subprocess.list2cmdline(schedule.command[1:])
    return f"""\
<?xml version="1.0"?>
<!-- Save as briefer.xml, then: schtasks /Create /TN briefer /XML briefer.xml -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Morning brief</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{schedule.hour:02}:{schedule.minute:02}:00</StartBoundary>
      <ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek>{days}</DaysOfWeek></ScheduleByWeek>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <StartWhenAvailable>true</StartWhenAvailable>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(schedule.command[0])}</Command>
      <Arguments>{escape(arguments)}</Arguments>
      <WorkingDirectory>{escape(schedule.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


#: By the name of the scheduler.
UNITS: Final[dict[str, Callable[[Schedule], str]]] = {
    "cron": cron_line,
    "systemd": systemd_units,
    "launchd": launchd_plist,
    "windows": windows_task,
}


def unit_of(kind: str, schedule: Schedule) -> str:
    """The unit of a scheduler.

    Raises:
        UsageError: there is no such scheduler, or a path that no unit can hold.
    """
    if kind not in UNITS:
        raise UsageError(f"no scheduler {kind!r}", hint=f"Known: {', '.join(UNITS)}")
    words: Sequence[str] = (*schedule.command, schedule.folder)
    if any(not word.isprintable() for word in words):
        raise UsageError("a path has signs that no unit can hold", hint="Rename the folder of briefer.toml")  # fmt: skip
    return UNITS[kind](schedule)
