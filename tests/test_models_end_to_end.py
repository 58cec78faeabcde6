"""From a hub on loopback to a finished brief, with a tiny model of each kind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from briefer.models.chat_template import ChatTemplate
from briefer.models.chat_writing import Line
from briefer.prompting import Prompt

from . import tiny
from .conftest import Run
from .hub import serving

ARTICLE = "Ferry crews vote to strike\n\nHARN, 4 March 2026 - " + "\n\n".join(tiny.TEXT) + "\n"
ANSWER = (
    "Ferry crews voted to stop work from 16 March, their union said. "
    "The walkout would halt all nine routes in Norrvik."
)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    tiny.make_taught(folder, " ".join(tiny.TEXT), ANSWER, max_length=80)
    return folder


def test_a_seq2seq_model_makes_a_brief(run: Run, taught: Path, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    there = {"BRIEFER_CACHE": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hf")}
    asked = ("make", "ferry.txt", "-m", "small", "--date", "2026-03-05", "-o", "out")
    with serving() as hub:
        hub.repositories["melk/bart"] = taught
        there["HF_ENDPOINT"] = hub.url
        assert run("models", "add", "melk/bart", "--name", "small", **there).returncode == 0
        missing = run(*asked, **there)
        assert missing.returncode == 1
        assert "Fetch them once with `briefer models pull small`" in missing.stderr
        pulled = run("models", "pull", "small", **there)
        assert pulled.returncode == 0, pulled.stderr
    # The hub is gone: nothing of what follows needs it.
    made = run(*asked, **there)
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.split()) == 6
    brief: dict[str, Any] = json.loads((tmp_path / "out" / "brief.json").read_text())
    bullets = brief["stories"][0]["bullets"]
    assert [bullet["status"] for bullet in bullets] == ["generated", "fallback"]
    assert bullets[0]["text"] == "Ferry crews voted to stop work from 16 March, their union said."
    assert brief["colophon"]["bullets_refused"] == 1  # nobody spoke of Norrvik
    text = (tmp_path / "out" / "brief.txt").read_text()
    assert "(model’s words)" in text
    assert "1 bullet is in the words of small" in " ".join(text.split())
    # The reference runtime says the same, and so does a second run from the store.
    told = [
        run("summarize", "ferry.txt", "-m", "small", "--json", *extra, **there).stdout
        for extra in ((), ("--runtime", "torch"))
    ]
    assert told[0] == told[1]
    assert json.loads(told[0])["bullets"][0]["status"] == "generated"


def test_an_encoder_makes_a_brief(run: Run, tmp_path: Path) -> None:
    tiny.make_encoder(tmp_path / "model")
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    there = {"BRIEFER_CACHE": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hf")}
    with serving() as hub:
        hub.repositories["melk/bert"] = tmp_path / "model"
        there["HF_ENDPOINT"] = hub.url
        added = run("models", "add", "melk/bert", "--name", "vectors", **there)
        assert "vectors (encoder, window 256)" in added.stderr
        pulled = run("models", "pull", "vectors", **there)
        assert pulled.returncode == 0, pulled.stderr
    made = run("make", "ferry.txt", "-m", "vectors", "--date", "2026-03-05", "-o", "out", **there)
    assert made.returncode == 0, made.stderr
    brief: dict[str, Any] = json.loads((tmp_path / "out" / "brief.json").read_text())
    assert brief["colophon"]["model"] == "vectors"
    assert {b["status"] for b in brief["stories"][0]["bullets"]} == {"verbatim"}


PROMPT = "{% for line in lines %}\n[{{ line.number }}] {{ line.text }}\n{% endfor %}\n"


def test_a_chat_model_makes_a_brief(run: Run, tmp_path: Path) -> None:
    # A prompt of the user's own, short enough for a model of two layers to learn.
    prompt = Path(run("prompts", "path", "bullets").stdout.strip())
    prompt.parent.mkdir(parents=True)
    prompt.write_text(PROMPT)
    lines = [Line(i, text) for i, text in enumerate(tiny.TEXT, start=1)]
    asked = ChatTemplate(tiny.CHAT_TEMPLATE).fill(
        Prompt("bullets", prompt, PROMPT).fill(lines=lines)
    )
    answer = '[{"text": "The walkout would halt all nine routes between Harn and the islands.", "sentences": [2]}]'
    opening = '[{"text": "'
    tiny.make_chat(tmp_path / "model", "qwen2", spread=0.05, teaching=(asked + opening, answer.removeprefix(opening)))  # fmt: skip
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    there = {"BRIEFER_CACHE": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hf")}
    with serving() as hub:
        hub.repositories["melk/chat"] = tmp_path / "model"
        there["HF_ENDPOINT"] = hub.url
        added = run("models", "add", "melk/chat", "--name", "talker", **there)
        assert "talker (chat, window 4096)" in added.stderr
        pulled = run("models", "pull", "talker", **there)
        assert pulled.returncode == 0, pulled.stderr
    make = ("make", "ferry.txt", "-m", "talker", "--date", "2026-03-05", "-o", "out")
    made = run(*make, **there)
    assert made.returncode == 0, made.stderr
    brief: dict[str, Any] = json.loads((tmp_path / "out" / "brief.json").read_text())
    (bullet,) = brief["stories"][0]["bullets"]
    assert (bullet["status"], bullet["checks"]) == ("generated", ["grounded"])
    assert bullet["text"] == "The walkout would halt all nine routes between Harn and the islands."
    (article,) = brief["articles"]
    start, end = bullet["evidence"][0]
    assert article["text"][start:end] == tiny.TEXT[1]
    assert brief["colophon"]["prompts"].keys() == {"bullets", "merge", "retry"}
    told = [
        run("summarize", "ferry.txt", "-m", "talker", "--json", *extra, **there).stdout
        for extra in ((), ("--runtime", "torch"))
    ]
    assert told[0] == told[1]
    # Another prompt, another result: nothing of the store is taken for it.
    prompt.write_text("Nothing. " + PROMPT)
    again = run(*make, **there)
    assert again.returncode == 0, again.stderr
    changed = json.loads((tmp_path / "out" / "brief.json").read_text())
    assert changed["colophon"]["prompts"]["bullets"] != brief["colophon"]["prompts"]["bullets"]
    # And one that is no template is said with its line.
    prompt.write_text("{% for %}")
    wrong = run(*make, **there)
    assert wrong.returncode == 2
    assert "bullets.txt:1: the prompt is not valid" in wrong.stderr


def test_ctrl_c_is_heard_while_a_model_writes(run: Run, tmp_path: Path) -> None:
    # An answer without an end: positions of T5 are relative, so that it can go on for ever.
    tiny.make_seq2seq(tmp_path / "endless", "t5", max_length=2_000_000, eos_token_id=499)
    assert run("models", "add", tmp_path / "endless").returncode == 0
    assert run("models", "pull", "endless").returncode == 0
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    command = [sys.executable, "-m", "briefer", "summarize", "ferry.txt", "-m", "endless"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(12)
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, errors
    assert "stopped; what was done is kept" in errors
    assert "Traceback" not in errors
