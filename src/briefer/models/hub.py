"""Fetching a model from a hub: only when asked, only safetensors, and every file checked by its hash.

Files lie in briefer's cache, a folder for each commit; what the hub library's own cache (``HF_HOME``)
has already is taken from there. ``HF_ENDPOINT``, ``HF_TOKEN`` and the proxy variables work as they do
everywhere else. The library asks the questions; the bytes are streamed here, because it does not go
on with a broken-off file in another run (huggingface_hub 2.4).
"""

from __future__ import annotations

import fnmatch
import re
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

import msgspec

from briefer.errors import ModelError
from briefer.models.catalog import ModelEntry
from briefer.models.weights import sha256_of
from briefer.resources import cache_dir

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_T = TypeVar("_T")


class Talks(Protocol):
    """What is told of the fetching; `briefer.talk.Talk` is one."""

    def say(self, message: str) -> None:
        """Tell something."""

    def transfer(self, label: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show a transfer of ``total`` bytes; what is given is told how many are there."""


_CONFIGS: Final = (
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    "chat_template.jinja",
)  # fmt: skip
_WHOLE, _INDEX = "model.safetensors", "model.safetensors.index.json"
# Names come from the hub and become paths: nothing but digits varies in them.
_SHARD: Final = re.compile(r"model-\d{1,6}-of-\d{1,6}\.safetensors", re.ASCII)
_COMMIT: Final = re.compile(r"[0-9a-f]{40,64}")
_PICKLED: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
_TRIES: Final = 4  # of a question that the hub is too busy to answer
_LONGEST_WAIT: Final = 30.0  # seconds
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_FULL: Final = frozenset({28, 122})  # errno: no space, quota
_PARTIAL: Final = 206
_SILENCE: Final = 30.0  # seconds without a byte
_BREATH: Final = 0.5  # seconds before going on, times the tries so far
_ROOM: Final = 2.4  # the model, its checked copy while it is converted, and the converted one
_AGAIN: Final = "What was fetched is kept: the same command goes on from there"


class HubFile(NamedTuple):
    """A file of a repository: its size in bytes and, where the hub gives one, its SHA-256."""

    name: str
    size: int
    sha256: str | None


class Listing(NamedTuple):
    """A repository at one commit."""

    commit: str
    licence: str
    files: tuple[HubFile, ...]


def pull(entry: ModelEntry, talk: Talks) -> ModelEntry:
    """Fetch the files of a model and pin them.

    What is there already is not fetched again, and a file that broke off goes on where it stopped.

    Args:
        entry: of a repository on a hub.
        talk: told what is being done.

    Returns:
        The entry with its commit, its size and the SHA-256 of every file.

    Raises:
        ModelError: the hub cannot be reached, refuses, or gives something else than it should.
    """
    listing = listed(entry, talk)
    files = chosen(listing.files, entry.place)
    total = sum(file.size for file in files)
    _see_to_room(total)
    talk.say(f"Fetching {entry.name}: {len(files)} files, {in_words(total)}")
    digests = {}
    for file in files:
        path = _fetched(entry, listing.commit, file, talk)
        digests[file.name] = digest = sha256_of(path)
        wanted = file.sha256 or digest
        if entry.sha256:  # pinned before: the catalogue is trusted and not the hub
            wanted = entry.sha256.get(file.name, digest)
        if digest != wanted:
            path.unlink()
            raise ModelError(
                f"{file.name} is not what it should be (SHA-256 {digest[:16]}…, not {wanted[:16]}…)",
                where=f"{entry.place} at {listing.commit[:12]}",
                hint="It was removed. Try again; if it stays so, do not use this repository",
            )
    kept = {name: digests[name] for name in entry.sha256 if name in digests} or digests
    return msgspec.structs.replace(
        entry, revision=listing.commit, sha256=kept, size=in_words(total),
        licence=entry.licence or listing.licence,
    )  # fmt: skip


def listed(entry: ModelEntry, talk: Talks) -> Listing:
    """Files, commit and licence of a repository, as the hub lists them.

    Raises:
        ModelError: the hub cannot be reached or refuses.
    """
    info: Any = _asked(lambda: _api().model_info(entry.place, revision=entry.revision or None, files_metadata=True), entry, talk)  # fmt: skip
    files = tuple(
        HubFile(s.rfilename, int(s.size or 0), s.lfs.sha256 if s.lfs else None)
        for s in info.siblings or ()
    )
    if not _COMMIT.fullmatch(str(info.sha)):
        raise ModelError(f"the hub names no commit but {str(info.sha)[:40]!r}", where=entry.place, hint="Check HF_ENDPOINT")  # fmt: skip
    licence = getattr(info.card_data, "license", None) if info.card_data else None
    return Listing(str(info.sha), licence if isinstance(licence, str) else "", files)


def chosen(files: Sequence[HubFile], repository: str) -> list[HubFile]:
    """The files that are used: configuration, tokenizer, and weights in safetensors, whole or in shards.

    Raises:
        ModelError: the weights are pickled, or something else is missing.
    """
    names = {file.name for file in files}
    weights = {_WHOLE} & names or {_INDEX} & names
    if not weights:
        pickled = sorted(n for n in names if any(fnmatch.fnmatch(n, p) for p in _PICKLED))
        if pickled:
            raise ModelError(
                f"its weights are {pickled[0]}, in a format that can run code when it is read",
                where=repository,
                hint="Choose a repository with model.safetensors, or a revision that has it (`briefer models add hf:OWNER/NAME --revision …`)",
            )
        raise ModelError("it holds no weights (model.safetensors)", where=repository, hint="Choose another repository")  # fmt: skip
    if "config.json" not in names:
        raise ModelError("it holds no config.json, so it cannot be told what it is", where=repository, hint="Choose another repository")  # fmt: skip
    wanted = [*_CONFIGS, *weights]
    if _INDEX in weights:
        wanted += [name for name in names if _SHARD.fullmatch(name)]
    # The small ones first: what is wrong with a model shows before its gigabytes are here.
    return sorted((f for f in files if f.name in wanted), key=lambda f: (f.size, f.name))


def folder_of(place: str, commit: str) -> Path:
    """Where the files of a repository at one commit are kept."""
    return cache_dir() / "hub" / place.replace("/", "--") / commit


def cached_folder(entry: ModelEntry) -> Path | None:
    """Folder of the files of a pinned entry; ``None`` unless all are there."""
    folder = folder_of(entry.place, entry.revision)
    return folder if all((folder / name).is_file() for name in entry.sha256) else None


def in_words(size: int) -> str:
    """A number of bytes as people say it."""
    for unit, worth in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size >= worth:
            return f"{size / worth:.1f} {unit}"
    return f"{max(1, round(size / 1000))} kB"


def _api() -> HfApi:
    from huggingface_hub import HfApi

    return HfApi(library_name="briefer")


def _fetched(entry: ModelEntry, commit: str, file: HubFile, talk: Talks) -> Path:
    """A file in its folder, fetched now if it is not there."""
    path = folder_of(entry.place, commit) / file.name
    if path.is_file() and path.stat().st_size == file.size:
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _found_elsewhere(entry.place, commit, file, path):
            part = path.with_name(f"{path.name}.part")
            with talk.transfer(file.name, file.size) as reached:
                _asked(lambda: _stream(entry.place, commit, file, part, reached), entry, talk)
            if part.stat().st_size != file.size:
                size = part.stat().st_size
                part.unlink()
                raise ModelError(f"{file.name} has {size} bytes and not {file.size}", where=entry.place, hint="It was removed. Try again")  # fmt: skip
            part.replace(path)
    except OSError as error:
        raise _unreached(error, entry) from error
    return path


def _found_elsewhere(place: str, commit: str, file: HubFile, path: Path) -> bool:
    """Whether the hub library's own cache has the file; it is linked, or copied where that cannot be."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(place, file.name, revision=commit)
    if not isinstance(found, str) or Path(found).stat().st_size != file.size:
        return False
    original = Path(found).resolve()
    try:
        path.hardlink_to(original)
    except OSError:
        shutil.copyfile(original, path)
    return True


def _stream(place: str, commit: str, file: HubFile, part: Path, reached: Callable[[int], None]) -> None:  # fmt: skip
    """Fetch what is missing of a file behind what is there of it."""
    from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # public, not typed as such

    there = part.stat().st_size if part.exists() else 0
    if there >= file.size:
        return
    headers = build_hf_headers(library_name="briefer") | {"Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
    session: Any = get_session()
    url = hf_hub_url(place, file.name, revision=commit)
    with session.stream("GET", url, headers=headers, follow_redirects=True, timeout=_SILENCE) as answer:  # fmt: skip
        hf_raise_for_status(answer)
        goes_on = there and answer.status_code == _PARTIAL
        with part.open("ab" if goes_on else "wb") as stream:
            # As it comes: what would wait for a whole piece would be lost when it breaks off.
            for piece in answer.iter_bytes():
                stream.write(piece)
                reached(stream.tell())
                if stream.tell() > file.size:  # it was told otherwise, and may never end
                    break


def _asked(question: Callable[[], _T], entry: ModelEntry, talk: Talks) -> _T:
    """The answer to a question to the hub; one that is too busy is asked again, as late as it wants."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    place = entry.place
    for attempt in range(1, _TRIES + 1):
        try:
            return question()
        except GatedRepoError as error:
            raise ModelError("its licence has to be accepted first", where=place, hint="Accept it on the page of the repository, then name your access token in HF_TOKEN") from error  # fmt: skip
        except RevisionNotFoundError as error:
            raise ModelError(f"it has no revision {entry.revision!r}", where=place, hint="See `briefer models show`") from error  # fmt: skip
        except RepositoryNotFoundError as error:
            raise ModelError("the hub has no such repository, or shows it to its owners only (401)", where=place, hint="Check the name; for a private one name your access token in HF_TOKEN") from error  # fmt: skip
        except HfHubHTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            if status not in _BUSY or attempt == _TRIES:
                what = "the hub is too busy" if status in _BUSY else "the hub refused"
                raise ModelError(f"{what} ({status})", where=place, hint="Try again later" if status in _BUSY else "Check HF_TOKEN and HF_ENDPOINT") from error  # fmt: skip
            wait = _wait_of(error.response.headers.get("Retry-After"), attempt)
            talk.say(f"  the hub is busy ({status}); asking again in {wait:.0f} s")
            time.sleep(wait)
        except Exception as error:
            # The errors of the library under the hub's are no OSErrors, and it changes with versions.
            module = type(error).__module__
            if not isinstance(error, OSError) and "httpx" not in module and "httpcore" not in module:  # fmt: skip
                raise
            if attempt == _TRIES or isinstance(error, PermissionError) or getattr(error, "errno", 0) in _FULL:  # fmt: skip
                raise _unreached(error, entry) from error
            talk.say(f"  broke off ({' '.join(str(error).split())[:80]}); going on")
            time.sleep(_BREATH * attempt)
    raise AssertionError("the last try answers or raises")


def _wait_of(said: str | None, attempt: int) -> float:
    wanted = float(said) if said and said.isdecimal() else float(2**attempt)
    return min(wanted, _LONGEST_WAIT)


def _unreached(error: Exception, entry: ModelEntry) -> ModelError:
    if isinstance(error, OSError) and error.errno in _FULL:
        return ModelError("the disk is full", where=entry.place, hint=f"Make room. {_AGAIN}")
    if isinstance(error, PermissionError):
        return ModelError(f"cannot be written ({error.strerror})", where=str(error.filename), hint="Make the folder writable, or name another in BRIEFER_CACHE")  # fmt: skip
    words = " ".join(str(error).split())[:160]
    return ModelError(f"the hub cannot be reached, or breaks off ({words})", where=entry.place, hint=f"Check the network, HF_ENDPOINT and HTTPS_PROXY. {_AGAIN}")  # fmt: skip


def _see_to_room(total: int) -> None:
    folder = cache_dir()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < total * _ROOM:
        raise ModelError(
            f"{in_words(free)} are free, and the model needs {in_words(int(total * _ROOM))} while it is converted",
            where=str(folder),
            hint="Make room, or name another folder in BRIEFER_CACHE",
        )


class Look(NamedTuple):
    """What is known of a repository before its weights are fetched."""

    commit: str
    licence: str
    config: dict[str, Any]


def look_at(place: str, revision: str, talk: Talks) -> Look:
    """Commit, licence and config.json of a repository.

    Raises:
        ModelError: the hub cannot be reached, or the repository cannot be used.
    """
    entry = ModelEntry(place, "chat", f"hf:{place}", revision, "", ("*",), 0, "", "", {}, {}, "")
    listing = listed(entry, talk)
    files = chosen(listing.files, place)
    config = next(file for file in files if file.name == "config.json")
    path = _fetched(entry, listing.commit, config, talk)
    try:
        return Look(listing.commit, listing.licence, msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))  # fmt: skip
    except msgspec.DecodeError as error:
        raise ModelError(f"its config.json cannot be read ({error})", where=place, hint="Choose another repository") from error  # fmt: skip
