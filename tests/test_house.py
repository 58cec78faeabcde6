"""Schedules, templates of the user's, two runs at once, and showing the last brief."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from briefer.errors import TemplateError, UsageError
from briefer.limits import TookTooLongError, time_limit
from briefer.rendering import TEMPLATES, find_renderer, jinja
from briefer.rendering.look import Look
from briefer.running import OtherRunError, only_run
from briefer.scheduling import (  # fmt: skip
    Schedule,
    cron_line,
    days_of,
    launchd_plist,
    systemd_units,
    time_of,
    unit_of,
    windows_task,
)

from .briefs import example_brief
from .conftest import ROOT, Run

TEXT = "Ten ships came in on Monday, the port said. It was a record for the month."
ODD = Schedule(("/opt/my tools/briefer", "--config", "/home/ö/50% \"x\" & <y>/briefer.toml", "make"), "/home/ö/50% \"x\" & <y>", 6, 5, (0, 1, 2, 3, 4))  # fmt: skip


# --- schedules -----------------------------------------------------------------------------


def test_times_and_days() -> None:
    assert time_of("7:05") == (7, 5)
    assert days_of("daily") == (0, 1, 2, 3, 4, 5, 6)
    assert days_of("mon-fri") == (0, 1, 2, 3, 4)
    assert days_of("sat-mon") == (0, 5, 6)
    assert days_of("Thursday, mon") == (0, 3)
    for bad in ("25:00", "7", "07:60", "noon"):
        with pytest.raises(UsageError):
            time_of(bad)
    for bad in ("someday", "mon-", "-", ""):
        if bad != "mon-":
            with pytest.raises(UsageError):
                days_of(bad)


def test_cron_runs_what_it_says(tmp_path: Path) -> None:
    """The command part of the line, as cron hands it to the shell, runs with all its odd signs."""
    folder = tmp_path / "50% \"x\" & 'y'"
    folder.mkdir()
    program = tmp_path / "my tools" / "briefer"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys, os\nprint(os.getcwd(), sys.argv[1:])\n")
    program.chmod(0o755)
    line = cron_line(Schedule((str(program), "--config", str(folder / "briefer.toml"), "make"), str(folder), 6, 5, (0, 6)))  # fmt: skip
    fields = line.splitlines()[1].split(" ", 5)
    assert fields[:5] == ["5", "6", "*", "*", "1,0"]
    assert not re.search(r"(?<!\\)%", fields[5])
    subprocess.run(["/bin/sh", "-c", fields[5].replace(r"\%", "%")], check=True)
    assert (folder / "briefer.log").read_text() == f"{folder} {['--config', str(folder / 'briefer.toml'), 'make']}\n"  # fmt: skip


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    text = systemd_units(ODD)
    service, timer = re.split(r"(?m)^# ~/\.config/systemd/user/briefer\.(?:service|timer)\n", text)[1:]  # fmt: skip
    assert 'ExecStart="/opt/my tools/briefer" --config "/home/ö/50%% \\"x\\" & <y>/briefer.toml" make' in service  # fmt: skip
    assert "OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 06:05:00" in timer
    if not shutil.which("systemd-analyze"):
        return
    plain = systemd_units(Schedule(("/bin/true", "make"), "/tmp", 7, 0, (0,)))
    for part in re.split(r"(?m)^# ~/\.config/systemd/user/", plain)[1:]:
        name, body = part.split("\n", 1)
        (tmp_path / name).write_text(body)
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / "briefer.timer")], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_launchd_and_windows_take_their_files() -> None:
    found = plistlib.loads(launchd_plist(ODD).encode())
    assert found["ProgramArguments"] == list(ODD.command)
    assert found["WorkingDirectory"] == ODD.folder
    assert [t["Weekday"] for t in found["StartCalendarInterval"]] == [1, 2, 3, 4, 5]
    root = ET.fromstring(windows_task(ODD))  # noqa: S314  # ours
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:Command", namespaces=space) == ODD.command[0]
    assert root.findtext(".//t:Arguments", namespaces=space) == '--config "/home/ö/50% \\"x\\" & <y>/briefer.toml" make'  # fmt: skip
    assert len(root.findall(".//t:DaysOfWeek/*", space)) == 5
    with pytest.raises(UsageError, match="Known: cron, systemd, launchd, windows"):
        unit_of("at", ODD)
    with pytest.raises(UsageError, match="no unit can hold"):
        unit_of("cron", Schedule(("a",), "b\nc", 1, 1, (1,)))


def test_schedule_show_is_of_the_users_configuration(run: Run, tmp_path: Path) -> None:
    assert "there is no briefer.toml" in run("schedule", "show", "cron").stderr
    (tmp_path / "briefer.toml").write_text("title = 'x'\n")
    assert "it names no sources" in run("schedule", "show", "cron").stderr
    (tmp_path / "briefer.toml").write_text("sources = ['in']\n[delivery]\nto = ['a@b.example']\nserver = 'm'\n")  # fmt: skip
    done = run("schedule", "show", "cron", "--at", "06:30", "--days", "mon-fri")
    assert done.stdout.splitlines()[1].startswith("30 6 * * 1,2,3,4,5 cd ")
    assert f"--config {tmp_path / 'briefer.toml'} make --if-running leave --send >>" in done.stdout
    assert "--send" not in run("schedule", "show", "systemd", "--no-send").stdout


# --- two runs at once ----------------------------------------------------------------------


def test_a_second_run_waits_or_leaves_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    order: list[str] = []

    def second() -> None:
        with only_run(tmp_path / "out", waits=True, say=said.append):
            order.append("second")

    with only_run(tmp_path / "out", waits=True, say=said.append):
        with pytest.raises(OtherRunError), only_run(tmp_path / "out", waits=False, say=said.append):
            pass
        with only_run(tmp_path / "other", waits=False, say=said.append):
            order.append("another folder")
        waiting = threading.Thread(target=second)
        waiting.start()
        while not said:
            time.sleep(0.01)
        order.append("first")
    waiting.join(20)
    assert order == ["another folder", "first", "second"]
    assert "waiting for it to end" in said[0]


def test_make_leaves_when_it_is_asked_to(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "a.txt").write_text(TEXT)
    with only_run(tmp_path / "brief", waits=True, say=print):
        done = run("make", "a.txt", "-m", "lead", "--if-running", "leave")
        assert done.returncode == 0
        assert "Another run is making a brief in brief; this one leaves it to that." in done.stderr
        assert not (tmp_path / "brief").exists()
    assert run("make", "a.txt", "-m", "lead", "-f", "txt", "--if-running", "leave").returncode == 0
    assert (tmp_path / "brief" / "brief.txt").is_file()


# --- templates -----------------------------------------------------------------------------


def test_a_template_is_copied_changed_and_used(run: Run, tmp_path: Path) -> None:
    listed = run("templates", "list").stdout
    for name in TEMPLATES:
        assert re.search(rf"{re.escape(name)} +briefer's", listed)
    done = run("templates", "new", "brief.md")
    path = tmp_path / "config" / "templates" / "brief.md"
    assert done.stdout.strip() == str(path) == run("templates", "path", "brief.md").stdout.strip()
    assert path.read_bytes() == (ROOT / "templates" / "brief.md").read_bytes()
    assert "there is one already" in run("templates", "new", "brief.md").stderr
    path.write_text('{% include "!builtin/brief.md" %}\n\nOur own line.\n')
    (tmp_path / "a.txt").write_text(TEXT)
    assert run("make", "a.txt", "-m", "lead", "-f", "md").returncode == 0
    made = (tmp_path / "brief" / "brief.md").read_text()
    assert "## Top stories" in made
    assert made.rstrip().endswith("Our own line.")
    assert re.search(r"brief\.md +yours", run("templates", "list").stdout)
    assert "Known: brief.html" in run("templates", "new", "nothing.html").stderr


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}", "was not done after 0.3 seconds"),
        ("{% for a in range(9999) %}{{ 'long' * 9999 }}{% endfor %}", "prints more than 20,000,000 characters"),
        ("one\n{{ 'x' * 999999999 }}", "would give more than"),
        ("{{ 9 ** 99999999 }}", "would give more than"),
        ("{{ ''.join.__globals__ }}", "brief.html"),
        ("{% include '../../../../etc/passwd' %}", "there is no template"),
        ("{% include '!builtin/../pyproject.toml' %}", "there is no template"),
    ],
)  # fmt: skip
def test_a_template_has_limits(template: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(jinja, "_SECONDS", 0.3 if "9999) %}{% for c" in template else 20)
    (tmp_path / "brief.html").write_text(template)
    with pytest.raises(TemplateError) as caught:
        find_renderer("html")(example_brief(), Look((tmp_path,)))
    assert message in str(caught.value)


def test_a_time_limit_strikes_its_own_thread_only_and_never_afterwards() -> None:
    with pytest.raises(TookTooLongError), time_limit(0.05):
        all(x == 0 for x in iter(int, 1))  # for ever
    for _ in range(200):
        with time_limit(10):
            pass
    # At the very moment of its end too.
    for i in range(200):
        try:
            with time_limit(0.0005 + i * 1e-6):
                time.sleep(0.0005)
        except TookTooLongError:
            pass
        sum(range(2000))


# --- the last brief ------------------------------------------------------------------------


def test_open_shows_the_last_brief_that_is_there(run: Run, tmp_path: Path) -> None:
    assert "there is no brief to show" in run("open").stderr
    (tmp_path / "a.txt").write_text(TEXT)
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o755)
    for day in ("2026-03-04", "2026-03-05"):
        run("make", "a.txt", "-m", "lead", "-f", "html", "--date", day, "-o", day)
        time.sleep(1.1)  # the store keeps seconds
    done = run("open", BROWSER=str(browser))
    assert done.stdout.strip() == str(tmp_path / "2026-03-05" / "brief.html")
    for _ in range(100):
        if seen.exists() and seen.read_text():
            break
        time.sleep(0.05)
    assert seen.read_text().strip() == (tmp_path / "2026-03-05" / "brief.html").as_uri()
    (tmp_path / "2026-03-05" / "brief.html").unlink()
    assert run("open", BROWSER=str(browser)).stdout.strip().endswith("2026-03-04/brief.html")
