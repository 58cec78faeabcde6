"""The user's own catalogue and what lies on the disk for it: added, pinned, checked, removed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from briefer.errors import ModelError, UsageError
from briefer.files import write_atomically
from briefer.models import hub
from briefer.models.asking import Talks
from briefer.models.catalog import (
    WRITERS,
    ModelEntry,
    ModelKind,
    line_of,
    load_catalog,
    parse_entry,
)
from briefer.models.plugins import point_of, version_of
from briefer.models.weights import (
    converted_folders,
    converted_is_whole,
    file_of,
    sha256_of,
    source_folder,
)
from briefer.resources import config_dir

_HEAD: Final = "# Your own models and what was pinned when it was fetched; wins over the catalogue that briefer comes with.\n"
_T5_WINDOW: Final = 512  # trained on so many; its positions are relative
_ENDLESS: Final = 1_000_000  # what tokenizers say that know of no window
_ENCODERS: Final = frozenset({"bert", "roberta", "xlm-roberta", "distilbert", "camembert"})


class Kept(NamedTuple):
    """A file of a model on the disk, and whether it is what the catalogue says."""

    name: str
    is_right: bool


def own_catalog() -> Path:
    """The user's models.txt."""
    return config_dir() / "models.txt"


def keep(entry: ModelEntry) -> None:
    """Write an entry into the user's catalogue, in the place of one with its name.

    Raises:
        UsageError: the file cannot be written.
    """
    lines = [*_others(entry.name), line_of(entry)]
    write_atomically(own_catalog(), "\n".join([*lines, ""]).encode())


def drop(name: str) -> bool:
    """Take an entry out of the user's catalogue; whether there was one."""
    before = _lines()
    others = _others(name)
    if len(others) == len(before):
        return False
    write_atomically(own_catalog(), "\n".join([*others, ""]).encode())
    return True


def _lines() -> list[str]:
    try:
        return own_catalog().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return _HEAD.splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read ({error})", where=str(own_catalog()), hint="Mend or remove it") from error  # fmt: skip


def _others(name: str) -> list[str]:
    return [line for line in _lines() if line.partition(" | ")[0].strip() != name]


def pull(entry: ModelEntry, talk: Talks, *, offline: bool = False) -> ModelEntry:
    """Fetch a model from its hub, pin it in the user's catalogue, and give the pinned entry.

    Args:
        entry: of the catalogue.
        talk: told what is being done.
        offline: use what is there; the network is not touched.

    Raises:
        ModelError: it cannot be fetched, or is not there.
    """
    if not entry.repository.startswith("hf:"):
        source_folder(entry)  # says how to get it, if it is not there
        talk.say(f"{entry.name} comes from {entry.repository}: nothing to fetch")
        return entry
    if offline:
        source_folder(entry)
        return entry
    pinned = hub.pull(
        entry, talk, check=lambda path: see_to_kind(entry, _config_in(path, path.parent))
    )
    if pinned != entry:
        keep(pinned)
    return pinned


def files_of(entry: ModelEntry) -> list[Kept]:
    """Every file of a model and whether it is what the catalogue says, the converted model last.

    Raises:
        ModelError: it is not there.
    """
    if not entry.sha256 and entry.is_pinned:
        return []
    folder = source_folder(entry)
    found = []
    for name, digest in sorted(entry.sha256.items()):
        path = file_of(folder, name)
        found.append(Kept(name, path.is_file() and sha256_of(path) == digest))
    found += [
        Kept(f"converted/{made.name}", converted_is_whole(made))
        for made in converted_folders(entry)
    ]
    return found


def remove(entry: ModelEntry) -> list[str]:
    """Take a model off: its pin, what was converted, and what was fetched; the user's own folders stay.

    Returns:
        What was removed, in words.
    """
    removed = [entry.name] if drop(entry.name) else []
    # The same model under another name lives on by the same files.
    if any(other.name != entry.name and (other.repository, other.revision) == (entry.repository, entry.revision) for other in load_catalog().values()):  # fmt: skip
        return removed
    for made in converted_folders(entry):
        shutil.rmtree(made, ignore_errors=True)
        removed.append(str(made))
    if entry.repository.startswith("hf:") and entry.is_pinned:
        removed += _forget_fetched(entry)
    return removed


def _forget_fetched(entry: ModelEntry) -> list[str]:
    folder = hub.folder_of(entry.place, entry.revision)
    if not folder.is_dir():
        return []
    size = sum(p.stat().st_size for p in folder.iterdir())
    shutil.rmtree(folder, ignore_errors=True)
    return [f"{entry.place} at {entry.revision[:12]} ({hub.in_words(size)})"]


def described(
    source: str,
    *,
    name: str | None = None,
    kind: ModelKind | None = None,
    window: int | None = None,
    revision: str = "",
    licence: str = "",
    languages: str = "en",
    why: str = "added by you",
    talk: Talks,
) -> ModelEntry:
    """An entry for a folder, or for a repository on a hub, told by its config.json where not given.

    Args:
        source: ``OWNER/NAME``, with ``hf:`` before it or not, a folder, or ``plugin:NAME``.
        name: it shall have; else the last part of ``source``.
        kind: of model.
        window: in tokens.
        revision: branch, tag or commit of a repository.
        licence: SPDX identifier.
        languages: ISO 639-1 codes, comma-separated; ``*`` for any.
        why: when one would choose it.
        talk: told what is being done.

    Raises:
        ModelError: it is no model that briefer can use.
        UsageError: ``source`` is neither.
    """
    if source.startswith("plugin:"):
        return _plugin(source, name, kind, window, licence, languages, why)
    folder = Path(source).expanduser()
    digests: dict[str, str] = {}
    if folder.is_dir():
        folder = folder.resolve()
        repository, config = f"dir:{folder}", _config_in(folder / "config.json", folder)
        here = [hub.HubFile(p.name, p.stat().st_size, None) for p in folder.iterdir() if p.is_file()]  # fmt: skip
        files = hub.chosen(here, str(folder))
        digests = {file.name: sha256_of(folder / file.name) for file in files}
        size = hub.in_words(sum(file.size for file in files))
    else:
        place = source.removeprefix("hf:")
        if not _is_place(place):
            raise UsageError("no such folder, and no repository", where=source, hint="Give a folder, or OWNER/NAME of a repository on a hub")  # fmt: skip
        repository, size, config = f"hf:{place}", "", {}
        if kind is None or window is None:
            found = hub.look_at(place, revision, talk)
            licence, revision, config = licence or found.licence, found.commit, found.config
    kind = kind or kind_of(config, source)
    window = window or window_of(config) or _T5_WINDOW
    made = ModelEntry(
        name=name or Path(source).name, kind=kind, repository=repository, revision=revision, licence=licence or "unknown",
        languages=tuple(languages.split(",")), window=window, size=size, memory="", settings={}, sha256=digests, why=why,
    )  # fmt: skip
    if config:
        see_to_kind(made, config)
    entry = parse_entry(line_of(made), where=source)
    if entry.repository != made.repository:
        raise UsageError("the folder's name cannot stand in the catalogue", where=source, hint="Rename it: no bar, no two spaces in a row, none at its end")  # fmt: skip
    return entry


def see_to_kind(entry: ModelEntry, config: Mapping[str, Any]) -> None:
    """See that a model is what its entry says, by its config.json.

    Raises:
        ModelError: it is of another kind, or reads fewer tokens.
    """
    try:
        kind = kind_of(config, entry.place)
    except ModelError:
        return  # of a make that this does not know: the user does
    if kind != entry.kind:
        raise ModelError(f"its config.json says {kind}, and not {entry.kind}", where=entry.place, hint=f"Add it with --kind {kind}, or without")  # fmt: skip
    window = window_of(config)
    if window and entry.window > window:
        raise ModelError(f"its config.json says that it reads {window} tokens, and not {entry.window}", where=entry.place, hint=f"Add it with --window {window}, or without")  # fmt: skip


def _plugin(
    source: str, name: str | None, kind: ModelKind | None, window: int | None, licence: str, languages: str, why: str,
) -> ModelEntry:  # fmt: skip
    if kind not in WRITERS or window is None:
        raise UsageError("it cannot be told what a plug-in is" if kind is None or window is None else f"a plug-in writes, and {kind} models do not", where=source, hint="Say it: --kind seq2seq (a text in, a summary out) or chat (a prompt in, an answer out), and --window in tokens")  # fmt: skip
    place = source.removeprefix("plugin:")
    made = ModelEntry(
        name=name or place, kind=kind, repository=source, revision="", licence=licence or "unknown", languages=tuple(languages.split(",")),
        window=window, size="", memory="", settings={}, sha256={}, why=why,
    )  # fmt: skip
    found = version_of(point_of(made))
    return parse_entry(line_of(msgspec.structs.replace(made, revision=found)), where=source)


def _is_place(place: str) -> bool:
    """Whether a hub can have a repository of that name."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # not typed as public

    if not re.fullmatch(r"[\w.-]+/[\w.-]+", place, re.ASCII):
        return False
    try:
        validate_repo_id(place)
    except HFValidationError:
        return False
    return True


def _config_in(path: Path, folder: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise ModelError("it holds no config.json, so it cannot be told what it is", where=str(folder), hint="Give the folder of a model as transformers writes it") from error  # fmt: skip
    except msgspec.DecodeError as error:
        raise ModelError(f"its config.json cannot be read ({error})", where=str(folder), hint="Get the model again") from error  # fmt: skip


def kind_of(config: Mapping[str, Any], where: str) -> ModelKind:
    """What a model is, by its config.json.

    Raises:
        ModelError: it is nothing that briefer can use.
    """
    told = config.get("architectures")
    architectures = [str(a) for a in told] if isinstance(told, list) else []
    if config.get("is_encoder_decoder") or any("ConditionalGeneration" in a and "T5" in a for a in architectures):  # fmt: skip
        return "seq2seq"
    if any(a.endswith(("ForCausalLM", "LMHeadModel")) for a in architectures):
        return "chat"
    if config.get("model_type") in _ENCODERS:
        return "encoder"
    what = ", ".join(architectures) or str(config.get("model_type") or "nothing")
    raise ModelError(f"its config.json says {what}, which is no kind of model that briefer can use", where=where, hint="It takes encoders (BERT), seq2seq models (BART, PEGASUS, T5) and chat models; --kind says which")  # fmt: skip


def window_of(config: Mapping[str, Any]) -> int:
    """Tokens that a model reads at once, by its config.json; 0 if it does not say, as T5's does not."""
    inner = config.get("text_config")
    inner = inner if isinstance(inner, dict) else config
    for name in ("max_position_embeddings", "n_positions", "max_source_positions"):
        value = inner.get(name)
        if isinstance(value, int) and 0 < value < _ENDLESS:
            return value
    return 0
