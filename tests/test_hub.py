"""Fetching models from a hub on loopback: pinned, resumed, refused, and never unasked."""

from __future__ import annotations

import contextlib
import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from huggingface_hub import HfApi
from safetensors.numpy import load_file, save_file

from briefer.errors import ModelError
from briefer.models import hub as models_hub
from briefer.models.catalog import parse_entry

from . import tiny
from .conftest import Run
from .hub import COMMIT, Hub, serving


@pytest.fixture(scope="module")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bart")
    tiny.make_seq2seq(folder, "bart", max_length=30, no_repeat_ngram_size=3)
    return folder


@pytest.fixture
def hub(bart: Path) -> Iterator[Hub]:
    with serving() as hub:
        hub.repositories["melk/bart"] = bart
        yield hub


@pytest.fixture
def ask(run: Run, hub: Hub, tmp_path: Path) -> Run:
    def runner(*arguments: str | Path, **environment: str) -> Any:
        return run(
            *arguments,
            **{"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1", "BRIEFER_CACHE": str(tmp_path / "cache"), **environment},
        )  # fmt: skip

    return runner


def test_a_model_is_added_fetched_pinned_and_converted(ask: Run, hub: Hub, tmp_path: Path) -> None:
    added = ask("models", "add", "melk/bart", "--name", "small")
    assert added.returncode == 0, added.stderr
    assert "small (seq2seq, window 256)" in added.stderr
    before = ask("models", "path", "small")
    assert before.returncode == 1
    assert "`briefer models pull small`" in before.stderr
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 0, pulled.stderr
    assert "model.safetensors" in pulled.stderr
    assert Path(pulled.stdout.strip(), "model.bin").is_file()
    shown = ask("models", "show", "small").stdout
    assert COMMIT in shown
    assert " mit\n" in shown
    assert "here        yes" in shown
    assert "  model.safetensors" in shown
    checked = ask("models", "check", "small")
    assert checked.returncode == 0
    assert "ok    model.safetensors" in checked.stdout
    assert "ok    converted/small-" in checked.stdout
    # What is here is not asked for again, and offline nothing is asked at all.
    sent, asked = hub.sent.total(), hub.asked
    again = ask("models", "pull", "small", "--offline", HF_ENDPOINT="http://127.0.0.1:9")
    assert again.returncode == 0, again.stderr
    assert (hub.sent.total(), hub.asked) == (sent, asked)
    assert ask("models", "pull", "small").returncode == 0
    assert hub.sent.total() == sent
    # A changed file is seen.
    weights = Path(ask("models", "path", "small").stdout.strip()) / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.resolve().write_bytes(bytes(data))
    checked = ask("models", "check", "small")
    assert checked.returncode == 1
    assert "WRONG model.safetensors" in checked.stdout
    removed = ask("models", "remove", "small")
    assert removed.returncode == 0
    assert "removed melk/bart at 0123456789ab" in removed.stdout
    assert not weights.exists()
    assert ask("models", "show", "small").returncode == 2


def test_a_converted_model_needs_what_it_was_made_of_no_more(ask: Run, tmp_path: Path) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    assert ask("models", "pull", "small").returncode == 0
    shutil.rmtree(tmp_path / "cache" / "hub")
    (tmp_path / "a.txt").write_text("The port of Harn will open a second quay in May.\n")
    made = ask("summarize", "a.txt", "-m", "small")
    assert made.returncode == 0, made.stderr


def test_a_file_that_breaks_off_goes_on_where_it_stopped(
    ask: Run, hub: Hub, bart: Path, tmp_path: Path
) -> None:
    shutil.copytree(bart, tmp_path / "big")
    tensors = load_file(bart / "model.safetensors")
    tensors["padding"] = np.zeros(700_000, np.float32)
    save_file(tensors, tmp_path / "big" / "model.safetensors", metadata={"format": "pt"})
    hub.repositories["melk/bart"] = tmp_path / "big"
    size = (tmp_path / "big" / "model.safetensors").stat().st_size
    # It goes on by itself a few times, but not for ever.
    hub.breaks["model.safetensors"] = [*range(200_000, 900_000, 200_000), 900_000, 900_000]
    ask("models", "add", "melk/bart", "--name", "small")
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "the same command goes on from there" in pulled.stderr
    assert hub.sent["model.safetensors"] == 800_000
    hub.breaks.clear()
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 0, pulled.stderr
    assert hub.sent["model.safetensors"] == size, "what was there was fetched again"


def test_a_file_that_is_not_what_the_hub_says_is_refused(ask: Run, hub: Hub) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    hub.wrong.add("model.safetensors")
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "model.safetensors is not what it should be (SHA-256" in pulled.stderr
    hub.wrong.clear()
    hub.sizes["model.safetensors"] = 17
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "bytes and not 17" in pulled.stderr
    hub.sizes.clear()
    assert ask("models", "pull", "small").returncode == 0


def test_a_pinned_model_must_not_change(ask: Run, hub: Hub, bart: Path, tmp_path: Path) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    assert ask("models", "pull", "small").returncode == 0
    shutil.rmtree(tmp_path / "cache" / "hub")
    shutil.copytree(bart, tmp_path / "other")
    (tmp_path / "other" / "generation_config.json").write_text("{}")
    hub.repositories["melk/bart"] = tmp_path / "other"
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "generation_config.json is not what it should be" in pulled.stderr


@pytest.mark.parametrize(
    ("refusals", "message"),
    [
        ([401], "no such repository, or shows it to its owners only (401)"),
        ([403], "licence has to be accepted first"),
        ([429] * 4, "the hub is too busy (429). Try again later"),
    ],
)
def test_a_refusal_is_said(ask: Run, hub: Hub, refusals: list[int], message: str) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    hub.refusals[:] = refusals
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert message in pulled.stderr


def test_a_busy_hub_is_asked_again(ask: Run, hub: Hub) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    hub.refusals[:] = [429, 503]
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 0, pulled.stderr
    assert "the hub is busy (429); asking again" in pulled.stderr


def test_without_a_network_it_is_said_what_to_check(ask: Run) -> None:
    ask("models", "add", "melk/bart", "--name", "small", "--kind", "seq2seq", "--window", "256")
    pulled = ask("models", "pull", "small", HF_ENDPOINT="http://127.0.0.1:9")
    assert pulled.returncode == 1
    assert "the hub cannot be reached, or breaks off" in pulled.stderr
    assert "HTTPS_PROXY" in pulled.stderr
    offline = ask("models", "pull", "small", "--offline", HF_ENDPOINT="http://127.0.0.1:9")
    assert offline.returncode == 1
    assert "the weights of small are not installed" in offline.stderr


def test_pickled_weights_and_unknown_kinds_are_refused(ask: Run, hub: Hub, tmp_path: Path) -> None:
    for name in ("pickled", "strange"):
        (tmp_path / name).mkdir()
        hub.repositories[f"melk/{name}"] = tmp_path / name
    (tmp_path / "pickled" / "config.json").write_text("{}")
    (tmp_path / "pickled" / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    refused = ask("models", "add", "melk/pickled")
    assert refused.returncode == 1
    assert "pytorch_model.bin, in a format that can run code" in refused.stderr
    (tmp_path / "strange" / "config.json").write_text('{"architectures": ["WhaleSong"]}')
    (tmp_path / "strange" / "model.safetensors").write_bytes(b"")
    refused = ask("models", "add", "melk/strange")
    assert refused.returncode == 1
    assert "WhaleSong, which is no kind of model that briefer can use" in refused.stderr
    assert ask("models", "add", "no such thing").returncode == 2


def test_a_folder_is_a_model_too(ask: Run, bart: Path, tmp_path: Path) -> None:
    shutil.copytree(bart, tmp_path / "mine")
    added = ask("models", "add", tmp_path / "mine")
    assert added.returncode == 0, added.stderr
    assert ask("models", "check", "mine").returncode == 0
    assert ask("models", "pull", "mine").returncode == 0
    (tmp_path / "mine" / "config.json").write_text("{}")
    changed = ask("models", "check", "mine")
    assert changed.returncode == 1
    assert "WRONG config.json" in changed.stdout
    assert ask("models", "remove", "mine").returncode == 0
    assert (tmp_path / "mine" / "model.safetensors").is_file()


class Quiet:
    """Told of the fetching, and says nothing."""

    def say(self, message: str) -> None:
        del message

    @contextlib.contextmanager
    def transfer(self, label: str, total: int) -> Iterator[Callable[[int], None]]:
        del label, total
        yield lambda _: None


def test_a_full_disk_is_said(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BRIEFER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(models_hub, "_api", lambda: HfApi(endpoint=hub.url))
    entry = parse_entry("x | seq2seq | hf:melk/bart | - | MIT | en | 256 | - | - | - | - | w", where="here")  # fmt: skip
    free = [1000]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free[0]))
    with pytest.raises(ModelError, match="1 kB are free, and the model needs"):
        models_hub.pull(entry, Quiet())
    free[0] = 10**12

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(models_hub, "_stream", full)
    with pytest.raises(ModelError, match="the disk is full"):
        models_hub.pull(entry, Quiet())


@pytest.mark.parametrize(
    "name",
    ["model-/../../../evil-of-1.safetensors", "model-00001-of-x/../y.safetensors", "model-1-of-1.safetensors\n"],
)  # fmt: skip
def test_a_name_from_the_hub_becomes_no_path_elsewhere(name: str) -> None:
    files = [models_hub.HubFile(n, 1, None) for n in ("config.json", "model.safetensors.index.json", name)]  # fmt: skip
    assert name not in [file.name for file in models_hub.chosen(files, "melk/x")]


def test_a_hub_that_names_no_commit_is_refused(ask: Run, hub: Hub) -> None:
    hub.commit = "../../../../tmp/evil"
    added = ask("models", "add", "melk/bart", "--name", "small")
    assert added.returncode == 1
    assert "the hub names no commit" in added.stderr


def test_two_that_fetch_at_once_do_not_share_a_broken_off_file(ask: Run, hub: Hub, tmp_path: Path) -> None:  # fmt: skip
    ask("models", "add", "melk/bart", "--name", "small")
    folder = models_hub.folder_of("melk/bart", COMMIT)
    folder = tmp_path / "cache" / folder.relative_to(folder.parents[2])
    folder.mkdir(parents=True, exist_ok=True)
    asked: list[Any] = []
    with FileLock(folder / ".lock"):
        thread = threading.Thread(target=lambda: asked.append(ask("models", "pull", "small")))
        thread.start()
        thread.join(timeout=6)
        assert thread.is_alive(), "it did not wait"
        assert not (folder / "model.safetensors").exists()
    thread.join()
    assert asked[0].returncode == 0, asked[0].stderr
    assert "another process is fetching it" in asked[0].stderr


def test_a_damaged_file_of_another_cache_is_fetched_anew(ask: Run, hub: Hub, bart: Path, tmp_path: Path) -> None:  # fmt: skip
    theirs = tmp_path / "hf" / "hub" / "models--melk--bart"
    there = theirs / "snapshots" / COMMIT / "model.safetensors"
    there.parent.mkdir(parents=True)
    damaged = bytearray((bart / "model.safetensors").read_bytes())
    damaged[-1] ^= 1
    there.write_bytes(bytes(damaged))
    ask("models", "add", "melk/bart", "--name", "small")
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 0, pulled.stderr
    assert "model.safetensors is damaged here" in pulled.stderr
    assert there.read_bytes() == bytes(damaged), "it is not ours"
    # In our own cache too.
    ours = Path(ask("models", "path", "small").stdout.strip()) / "model.safetensors"
    ours.write_bytes(bytes(damaged))
    assert ask("models", "pull", "small").returncode == 0
    assert ours.read_bytes() == (bart / "model.safetensors").read_bytes()


def test_a_pin_neither_shrinks_nor_moves(ask: Run, hub: Hub, bart: Path, tmp_path: Path) -> None:
    ask("models", "add", "melk/bart", "--name", "small")
    assert ask("models", "pull", "small").returncode == 0
    shutil.copytree(bart, tmp_path / "fewer")
    (tmp_path / "fewer" / "generation_config.json").unlink()
    hub.repositories["melk/bart"] = tmp_path / "fewer"
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "the hub no longer has generation_config.json, which is pinned" in pulled.stderr
    hub.repositories["melk/bart"] = bart
    hub.commit = "f" * 40
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert "the hub gives the commit ffffffffffff for 0123456789ab" in pulled.stderr
    assert COMMIT in ask("models", "show", "small").stdout


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (("--kind", "chat", "--window", "256"), "its config.json says seq2seq, and not chat"),
        (("--kind", "seq2seq", "--window", "9000"), "says that it reads 256 tokens, and not 9000"),
    ],
)
def test_a_model_is_what_it_is_said_to_be(ask: Run, hub: Hub, bart: Path, told: tuple[str, ...], message: str) -> None:  # fmt: skip
    added = ask("models", "add", bart, "--name", "mine", *told)
    assert added.returncode == 1
    assert message in added.stderr
    # All told, so the hub was not asked: it shows when it is fetched, before the weights are.
    assert ask("models", "add", "melk/bart", "--name", "small", *told).returncode == 0
    pulled = ask("models", "pull", "small")
    assert pulled.returncode == 1
    assert message in pulled.stderr
    assert not hub.sent["model.safetensors"]


def test_the_licence_comes_from_the_hub_where_it_was_not_asked_before(ask: Run) -> None:
    ask("models", "add", "melk/bart", "--name", "small", "--kind", "seq2seq", "--window", "256")
    assert ask("models", "pull", "small").returncode == 0
    assert " mit\n" in ask("models", "show", "small").stdout


@pytest.mark.parametrize(
    ("place", "environment", "message"),
    [
        ("melk/..", {}, "no such folder, and no repository"),
        ("melk/bart.git", {}, "no such folder, and no repository"),
        ("melk/--bart", {}, "no such folder, and no repository"),
        ("melk/bart", {"HF_ENDPOINT": "http://127.0.0.1:99999"}, "the hub cannot be asked"),
        ("melk/bart", {"HF_ENDPOINT": "127.0.0.1"}, "the hub cannot be asked"),
        ("melk/bart", {"HF_TOKEN": "hf_ü"}, "the hub cannot be asked"),
        ("melk/bart", {"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE forbids"),
        ("melk/bart", {"BRIEFER_CACHE": "/dev/null/x"}, "/dev/null/x/hub/melk--bart"),
    ],
)
def test_what_cannot_be_asked_is_said_and_not_asked_again(ask: Run, place: str, environment: dict[str, str], message: str) -> None:  # fmt: skip
    added = ask("models", "add", place, "--name", "small", **environment)
    assert added.returncode in {1, 2}
    assert message in added.stderr
    assert "unforeseen" not in added.stderr
    assert "going on" not in added.stderr


@pytest.mark.parametrize(
    ("config", "code"),
    [('{"architectures": 5}', 1), ('{"architectures": ["XForCausalLM"], "text_config": 5}', 0)],
)
def test_an_odd_config_is_none_of_briefers_faults(ask: Run, tmp_path: Path, config: str, code: int) -> None:  # fmt: skip
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "config.json").write_text(config)
    (tmp_path / "odd" / "model.safetensors").write_bytes(b"")
    added = ask("models", "add", tmp_path / "odd")
    assert added.returncode == code
    assert "unforeseen" not in added.stderr


def test_a_folder_that_cannot_stand_in_the_catalogue_is_refused(ask: Run, bart: Path, tmp_path: Path) -> None:  # fmt: skip
    shutil.copytree(bart, tmp_path / "mine ")
    added = ask("models", "add", tmp_path / "mine ", "--name", "mine")
    assert added.returncode == 2
    assert "cannot stand in the catalogue" in added.stderr


def test_what_another_entry_uses_stays(ask: Run, bart: Path, tmp_path: Path) -> None:
    ask("models", "add", "melk/bart", "--name", "one")
    ask("models", "add", "melk/bart", "--name", "two")
    assert ask("models", "pull", "one").returncode == 0
    assert ask("models", "pull", "two").returncode == 0
    assert ask("models", "remove", "one").returncode == 0
    assert ask("models", "check", "two").returncode == 0
