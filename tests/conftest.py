"""Fixtures for all tests: folders of our own, so that no test reads or writes the user's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
GOLDEN = Path(__file__).parent / "golden"
CASES = Path(__file__).parent / "cases"
#: Development data that is not part of the project; tests that want it skip without it.
DEVELOPMENT = ROOT.parent / "shared" / "data"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> None:
    """Configuration and store of each test in its own folder; converted models shared by all."""
    cache = pytestconfig.cache
    assert cache is not None
    monkeypatch.setenv("BRIEFER_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("BRIEFER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BRIEFER_CACHE", str(cache.mkdir("briefer")))
    monkeypatch.delenv("BRIEFER_STORE", raising=False)
    monkeypatch.delenv("BRIEFER_DEBUG", raising=False)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run briefer as a user does, in a process of its own."""

    def runner(
        *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [sys.executable, "-m", "briefer", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=cwd or tmp_path,
            env={**os.environ, "TZ": "UTC", **environment},
            timeout=120,
        )
        out, err = result.stdout.decode(), result.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(result.args, result.returncode, out, err)

    return runner
