"""A third party's model: the example of the documentation, built, installed and run."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from briefer.errors import ModelError
from briefer.models.catalog import parse_entry
from briefer.models.plugins import Plugged

from . import tiny
from .conftest import ROOT, Run


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the example is installed in; an entry point needs no more than to be on the path."""
    folder = tmp_path_factory.mktemp("plugin")
    program = "import os, sys; from hatchling.build import build_wheel; os.chdir(sys.argv[1]); print(build_wheel(sys.argv[2]))"
    source = ROOT / "docs" / "examples" / "briefer-headlines"
    built = subprocess.run(
        [sys.executable, "-c", program, source, folder], capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(folder / built.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_the_example_is_a_model(run: Run, installed: Path, tmp_path: Path) -> None:
    there = {"PYTHONPATH": str(installed)}
    told = ("--kind", "seq2seq", "--window", "400")
    assert run("models", "add", "plugin:headlines", *told).returncode == 1  # not installed
    assert run("models", "add", "plugin:headlines", **there).returncode == 2  # what is it?
    added = run("models", "add", "plugin:headlines", *told, **there)
    assert added.returncode == 0, added.stderr
    assert run("models", "check", "headlines", **there).returncode == 0
    (tmp_path / "ferry.txt").write_text("Ferry crews vote\n\n" + "\n\n".join(tiny.TEXT))
    made = run("summarize", "ferry.txt", "-m", "headlines", "--json", **there)
    assert made.returncode == 0, made.stderr
    row: dict[str, Any] = json.loads(made.stdout)
    assert [bullet["status"] for bullet in row["bullets"]] == ["generated", "generated"]
    assert [bullet["text"] for bullet in row["bullets"]] == [tiny.TEXT[0], tiny.TEXT[-1]]
    gone = run("summarize", "ferry.txt", "-m", "headlines", "--store", tmp_path / "new.sqlite3")
    assert gone.returncode == 1
    assert "no installed package offers the model 'headlines'" in gone.stderr


_FAULTY = """
import sys
def load(entry):
    return Model()
class Model:
    def generate(self, prompts):
        if any("quay" in p for p in prompts):
            {fault}
        return [p.split(". ")[0] + "." for p in prompts]
"""


@pytest.mark.parametrize("fault", ["1 / 0", "sys.exit(3)", "raise KeyError('a')"])
def test_a_plugin_that_fails_costs_one_article_and_is_named(run: Run, tmp_path: Path, fault: str) -> None:  # fmt: skip
    site = tmp_path / "site"
    (site / "faulty-1.dist-info").mkdir(parents=True)
    (site / "faulty.py").write_text(_FAULTY.format(fault=fault))
    (site / "faulty-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1\n")  # fmt: skip
    (site / "faulty-1.dist-info" / "entry_points.txt").write_text("[briefer.models]\nfaulty = faulty:load\n")  # fmt: skip
    there = {"PYTHONPATH": str(site)}
    run("models", "add", "plugin:faulty", "--kind", "seq2seq", "--window", "400", **there)
    (tmp_path / "a.txt").write_text("The port of Harn will open a second quay in May.\n")
    (tmp_path / "b.txt").write_text("Ferry crews of Norrvik voted for a strike on Monday.\n")
    made = run("summarize", "a.txt", "b.txt", "-m", "faulty", "--json", **there)
    assert made.returncode == 3
    assert "the plug-in of faulty fails" in made.stderr
    assert "Tell its makers" in made.stderr
    assert "fault of briefer" not in made.stderr
    assert "Norrvik voted" in made.stdout


def test_a_plugin_that_ends_the_process_when_it_is_loaded_is_named(run: Run, tmp_path: Path) -> None:  # fmt: skip
    site = tmp_path / "site"
    (site / "faulty-1.dist-info").mkdir(parents=True)
    (site / "faulty.py").write_text("import sys\nsys.exit(4)\n")
    (site / "faulty-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1\n")  # fmt: skip
    (site / "faulty-1.dist-info" / "entry_points.txt").write_text("[briefer.models]\nfaulty = faulty:load\n")  # fmt: skip
    there = {"PYTHONPATH": str(site)}
    told = ("--kind", "encoder", "--window", "400")
    assert "encoder models do not" in run("models", "add", "plugin:faulty", *told, **there).stderr
    run("models", "add", "plugin:faulty", "--kind", "seq2seq", "--window", "400", **there)
    (tmp_path / "a.txt").write_text("The port of Harn will open a second quay in May.\n")
    made = run("summarize", "a.txt", "-m", "faulty", **there)
    assert made.returncode == 1
    assert "the plug-in of faulty fails (SystemExit: 4)" in made.stderr


@pytest.mark.parametrize("answers", [["a"], "ab", [1, 2], None])
def test_one_that_answers_something_else_is_said_to_be_at_fault(answers: Any) -> None:
    line = "x | seq2seq | plugin:x | - | MIT | en | 400 | - | - | - | - | w"

    class Wrong:
        def generate(self, prompts: list[str]) -> Any:
            return answers

    with pytest.raises(ModelError, match="the plug-in of x was given 2 prompts"):
        Plugged(parse_entry(line, where="here"), Wrong()).generate(["one", "two"])
    with pytest.raises(ModelError, match="without a method `generate`"):
        Plugged(parse_entry(line, where="here"), object())
