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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from briefer.errors import ModelError
from briefer.models.asking import Talks, asked, unreached
from briefer.models.catalog import ModelEntry
from briefer.models.weights import sha256_of
from briefer.resources import cache_dir

if TYPE_CHECKING:
    from huggingface_hub import HfApi

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
_PARTIAL: Final = 206
_SILENCE: Final = 30.0  # seconds without a byte
_ROOM: Final = 2.4  # the model, its checked copy while it is converted, and the converted one


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


def pull(entry: ModelEntry, talk: Talks, check: Callable[[Path], None] | None = None) -> ModelEntry:
    """Fetch the files of a model and pin them.

    What is there already is not fetched again, and a file that broke off goes on where it stopped.

    Args:
        entry: of a repository on a hub.
        talk: told what is being done.
        check: given config.json before anything larger is fetched; raises if it is not what was said.

    Returns:
        The entry with its commit, its size and the SHA-256 of every file.

    Raises:
        ModelError: the hub cannot be reached, refuses, or gives something else than it should.
    """
    listing = listed(entry, talk)
    files = chosen(listing.files, entry.place)
    _see_to_pin(entry, listing.commit, {file.name for file in files})
    total = sum(file.size for file in files)
    _see_to_room(total)
    talk.say(f"Fetching {entry.name}: {len(files)} files, {in_words(total)}")
    digests = {}
    with _alone(entry, listing.commit, talk):
        for file in files:
            path, digests[file.name] = _verified(entry, listing.commit, file, talk)
            if check is not None and file.name == "config.json":
                check(path)
    return msgspec.structs.replace(
        entry, revision=listing.commit, sha256={n: digests[n] for n in entry.sha256 or digests}, size=in_words(total),
        licence=listing.licence or "unknown" if entry.licence in {"", "unknown"} else entry.licence,
    )  # fmt: skip


def _see_to_pin(entry: ModelEntry, commit: str, names: set[str]) -> None:
    """See that the hub still has what was pinned: neither another commit nor fewer files."""
    if _COMMIT.fullmatch(entry.revision) and commit != entry.revision:
        raise ModelError(f"the hub gives the commit {commit[:12]} for {entry.revision[:12]}", where=entry.place, hint="Check HF_ENDPOINT. To take another commit, `briefer models add` it with --revision")  # fmt: skip
    missing = sorted(entry.sha256.keys() - names)
    if missing:
        raise ModelError(f"the hub no longer has {missing[0]}, which is pinned", where=f"{entry.place} at {commit[:12]}", hint="Check HF_ENDPOINT, or `briefer models add` the model anew")  # fmt: skip


def _verified(entry: ModelEntry, commit: str, file: HubFile, talk: Talks) -> tuple[Path, str]:
    """A file whose hash is right, and its hash; one that lay here or elsewhere and is damaged is fetched anew, once."""
    # Pinned before: the catalogue is trusted and not the hub.
    wanted = entry.sha256.get(file.name) if entry.sha256 else file.sha256
    path, is_new = _fetched(entry, commit, file, talk)
    digest = sha256_of(path)
    if wanted and digest != wanted and not is_new:
        talk.say(f"  {file.name} is damaged here; fetching it anew")
        path.unlink()  # a link to the library's own file, which is not ours to mend
        path, _ = _fetched(entry, commit, file, talk, elsewhere=False)
        digest = sha256_of(path)
    if wanted and digest != wanted:
        path.unlink()
        raise ModelError(
            f"{file.name} is not what it should be (SHA-256 {digest[:16]}…, not {wanted[:16]}…)",
            where=f"{entry.place} at {commit[:12]}",
            hint="It was removed. Try again; if it stays so, do not use this repository",
        )
    return path, digest


@contextmanager
def _alone(entry: ModelEntry, commit: str, talk: Talks) -> Iterator[None]:
    """One process at a time in a model's folder: two would write into one broken-off file."""
    from filelock import FileLock, Timeout

    folder = folder_of(entry.place, commit)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            talk.say("  another process is fetching it; waiting for it")
            lock.acquire()
    except OSError as error:
        raise unreached(error, entry.place) from error
    try:
        yield
    finally:
        lock.release()


def listed(entry: ModelEntry, talk: Talks) -> Listing:
    """Files, commit and licence of a repository, as the hub lists them.

    Raises:
        ModelError: the hub cannot be reached or refuses.
    """
    info: Any = asked(lambda: _api().model_info(entry.place, revision=entry.revision or None, files_metadata=True), entry.place, talk)  # fmt: skip
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


def _fetched(
    entry: ModelEntry, commit: str, file: HubFile, talk: Talks, *, elsewhere: bool = True
) -> tuple[Path, bool]:
    """A file in its folder, and whether it was fetched now because it was not on this machine."""
    path = folder_of(entry.place, commit) / file.name
    if path.is_file() and path.stat().st_size == file.size:
        return path, False
    is_new = False
    try:
        if not (elsewhere and _found_elsewhere(entry.place, commit, file, path)):
            is_new = True
            part = path.with_name(f"{path.name}.part")
            with talk.transfer(file.name, file.size) as reached:
                asked(lambda: _stream(entry.place, commit, file, part, reached), entry.place, talk)
            if part.stat().st_size != file.size:
                size = part.stat().st_size
                part.unlink()
                raise ModelError(f"{file.name} has {size} bytes and not {file.size}", where=entry.place, hint="It was removed. Try again")  # fmt: skip
            part.replace(path)
    except OSError as error:
        raise unreached(error, entry.place) from error
    return path, is_new


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
    with _alone(entry, listing.commit, talk):
        path, _ = _fetched(entry, listing.commit, config, talk)
    try:
        return Look(listing.commit, listing.licence, msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))  # fmt: skip
    except msgspec.DecodeError as error:
        raise ModelError(f"its config.json cannot be read ({error})", where=place, hint="Choose another repository") from error  # fmt: skip
