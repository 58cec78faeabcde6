"""The engine for a cluster, on a real one: two nodes on loopback, one of them killed midway."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefer.ledger import Ledger

from .archive_texts import write_archive
from .conftest import Run
from .test_batch import report_of

pytest.importorskip("ray")
pytest.importorskip("pandas")
RAY = Path(sys.executable).with_name("ray")
# Of a session of tests; without one anybody who reaches the port could run code.
TOKEN = secrets.token_hex(32)
QUIET = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN, "RAY_USAGE_STATS_ENABLED": "0", "RAY_health_check_period_ms": "500", "RAY_health_check_failure_threshold": "4"}  # fmt: skip


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A node with two logical cores, one for an actor and one for Ray's own tasks, in a session of its own."""
    command = [str(RAY), "start", *arguments, "--num-cpus=2", "--block", "--disable-usage-stats", "--object-store-memory=100000000"]  # fmt: skip
    with (folder / "said").open("ab") as said:
        return subprocess.Popen(command, env={**os.environ, **QUIET}, start_new_session=True, stdout=said, stderr=subprocess.STDOUT)  # fmt: skip


def end(node: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the node and all that it has begun."""
    for pid in [*descendants(node.pid), node.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    node.wait()


def descendants(pid: int) -> list[int]:
    try:
        own = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return own + [p for child in own for p in descendants(child)]


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:  # fmt: skip
    """Address of the cluster, and its second node."""
    # Ray's sockets have to have short names.
    folder = tmp_path_factory.mktemp("r")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    head = start(folder, "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--include-dashboard=false")  # fmt: skip
    second: subprocess.Popen[bytes] | None = None
    try:
        for _ in range(120):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.5)
        time.sleep(3)
        # Another address, so that the driver is not taken for a process of this node.
        second = start(folder, f"--address={address}", "--node-ip-address=127.0.0.2")
        time.sleep(4)
        yield address, second
    finally:
        for node in (second, head):
            if node is not None:
                end(node)


def begin(tmp_path: Path, address: str) -> subprocess.Popen[str]:
    """A run on the cluster, once it has done some reports."""
    command = [sys.executable, "-m", "briefer", "batch", "a", "-o", "out", "--engine", "ray", "--address", address, "-w", "2", "--json"]  # fmt: skip
    driver = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "RAY_AUTH_TOKEN": TOKEN})  # fmt: skip
    assert driver.stdout is not None
    line = driver.stdout.readline()
    assert line, driver.communicate()[1]
    event = json.loads(line)
    assert event["event"] == "progress"
    assert event["done"] < 700
    return driver


def test_a_killed_driver_and_a_killed_node_lose_nothing(run: Run, tmp_path: Path, nodes: tuple[str, subprocess.Popen[bytes]]) -> None:  # fmt: skip
    address, second = nodes
    write_archive(tmp_path / "a", 700)
    serial = run("batch", "a", "-o", "serial", "--engine", "serial")
    assert serial.returncode == 0, serial.stderr
    killed = begin(tmp_path, address)
    killed.kill()
    killed.communicate()
    with contextlib.closing(Ledger(tmp_path / "out" / "archive.sqlite3")) as ledger:
        before = ledger.totals().done
    assert 0 < before < 700
    driver = begin(tmp_path, address)
    end(second)
    out, err = driver.communicate(timeout=400)
    assert driver.returncode == 0, err
    report = report_of(tmp_path / "out")
    assert (report["done"], report["failed"]) == (700, 0)
    assert report["rows_sha256"] == report_of(tmp_path / "serial")["rows_sha256"], "other bytes than serial's"  # fmt: skip
    assert json.loads(out.splitlines()[-1])["event"] == "end"
    assert report["here"] == 700 - before, "what the killed driver had done was done again"


def test_a_cluster_that_is_not_there_is_said(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a", 2)
    made = run("batch", "a", "-o", "out", "--engine", "ray", "--address", "127.0.0.1:1")  # fmt: skip
    assert made.returncode == 1
    assert "the cluster cannot be reached" in made.stderr
    assert "docs/cluster.md" in made.stderr
