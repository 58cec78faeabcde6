"""The catalogue of models, `models.txt`: one entry a line, its columns documented in its head."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from briefer.errors import CatalogError, UnknownModelError
from briefer.resources import catalog_paths
from briefer.types import Value

ModelKind = Literal["lead", "encoder", "reader", "parser", "seq2seq", "chat"]
_SMALLEST_WINDOW: Final = 16
DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"
FIGURE_READER: Final = "figure-reader"
SENTENCE_PARSER: Final = "sentence-parser"
#: Kinds that write sentences of their own.
WRITERS: Final = frozenset({"seq2seq", "chat"})
_READS: Final = frozenset(
    {"encoder", "reader", "parser", *WRITERS}
)  # kinds with a window and weights
_HELPERS: Final = {"reader": "reads the numbers of a text", "parser": "parses sentences"}
_COLUMNS: Final = (
    "name", "kind", "repository", "revision", "licence", "languages", "window", "size", "memory", "settings", "sha256", "why",
)  # fmt: skip
#: Files that every model with weights has once it is pinned.
NEEDED: Final = frozenset({"config.json"})
_ENCODER_FILES: Final = frozenset({"model.safetensors", "tokenizer.json", "config.json"})
# What the column `settings` may say, and of which type; the rest is the model's own.
_SETTINGS: Final[dict[str, type]] = {
    "num_beams": int, "length_penalty": float, "no_repeat_ngram_size": int, "repetition_penalty": float,
    "min_new_tokens": int, "max_new_tokens": int, "prefix": str,
}  # fmt: skip


class ModelEntry(Value, frozen=True):
    """One line of models.txt.

    Attributes:
        repository: ``builtin``, ``pypi:PACKAGE``, ``hf:OWNER/NAME``, ``dir:FOLDER`` or ``plugin:NAME``.
        revision: version or commit; "" where it is not pinned yet.
        languages: ISO 639-1 codes; ``("*",)`` for any.
        window: tokens read at once, special tokens included; 0 if the model reads none.
        size: of the files to be fetched, in words; "" if there are none.
        memory: that it takes at work, in words.
        settings: of generation, by name, where they differ from the model's own.
        sha256: hex digest by file name; the only files of the model that are used. Empty until it is pinned.
    """

    name: str
    kind: ModelKind
    repository: str
    revision: str
    licence: str
    languages: tuple[str, ...]
    window: int
    size: str
    memory: str
    settings: dict[str, int | float | str]
    sha256: dict[str, str]
    why: str

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that stand for all its files; "" if it has none."""
        if not self.sha256:
            return ""
        return hashlib.sha256(msgspec.json.encode(sorted(self.sha256.items()))).hexdigest()[:12]

    @property
    def place(self) -> str:
        """The repository without its scheme: a package, ``OWNER/NAME``, a folder."""
        return self.repository.partition(":")[2]

    @property
    def is_pinned(self) -> bool:
        """Whether its files are known by their hashes, so that it can be used."""
        return bool(self.sha256) or self.repository.startswith(("builtin", "plugin:"))

    def knows(self, language: str) -> bool:
        """Whether the model was trained on a language; an undetermined one is given a try."""
        return language == "und" or "*" in self.languages or language in self.languages


def load_catalog(paths: Iterable[Path] | None = None) -> dict[str, ModelEntry]:
    """Entries by name; where two files have the same name, the first file's wins.

    Raises:
        CatalogError: a line does not have its twelve columns, or one of them is wrong.
    """
    entries: dict[str, ModelEntry] = {}
    for path in catalog_paths() if paths is None else paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogError(
                f"the catalogue cannot be read ({error})", where=str(path), hint="Mend or remove it"
            ) from error
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.lstrip().startswith("#"):
                entry = parse_entry(line, where=f"{path}:{number}")
                entries.setdefault(entry.name, entry)
    return entries


def find_model(name: str) -> ModelEntry:
    """The entry of a model.

    Raises:
        UnknownModelError: there is none; the message lists those that `--model` takes.
    """
    entries = load_catalog()
    if name not in entries:
        raise UnknownModelError(f"no model {name!r} in models.txt", hint=_known(entries.values()))
    return entries[name]


def find_summarizer(name: str) -> ModelEntry:
    """The entry of a model that makes bullets: what `--model` takes.

    Raises:
        UnknownModelError: there is none.
    """
    entry = find_model(name)
    if entry.kind in _HELPERS:
        raise UnknownModelError(
            f"{name} {_HELPERS[entry.kind]} and makes no bullets",
            hint=_known(load_catalog().values()),
        )
    return entry


def _known(entries: Iterable[ModelEntry]) -> str:
    names = ", ".join(entry.name for entry in entries if entry.kind not in _HELPERS)
    return f"Known: {names}. `briefer models list` says what each is for"


def parse_entry(line: str, *, where: str) -> ModelEntry:
    """Read one line of the catalogue.

    Raises:
        CatalogError: with ``where`` and the column that is wrong.
    """
    cells = [cell.strip() for cell in line.split(" | ")]
    if len(cells) != len(_COLUMNS):
        raise CatalogError(
            f"{len(cells)} columns where there should be {len(_COLUMNS)}",
            where=where,
            hint=f"Columns: {' | '.join(_COLUMNS)}",
        )
    row = dict(zip(_COLUMNS, cells, strict=True))

    def wrong(column: str, wanted: str) -> CatalogError:
        return CatalogError(
            f"column {column} is {row[column]!r}", where=where, hint=f"It takes {wanted}"
        )

    if not re.fullmatch(r"[A-Za-z0-9][\w.+-]*", row["name"], re.ASCII):
        raise wrong("name", "letters, digits, dots and hyphens")
    kind = row["kind"]
    if kind not in get_args(ModelKind):
        raise wrong("kind", " or ".join(get_args(ModelKind)))
    if row["window"] != "-" and not row["window"].isdecimal():
        raise wrong("window", "a number of tokens, or -")
    if not _REPOSITORY.fullmatch(row["repository"]):
        raise wrong("repository", "builtin, pypi:PACKAGE, hf:OWNER/NAME, dir:FOLDER or plugin:NAME")
    digests: dict[str, str] = {}
    for pair in row["sha256"].split(",") if row["sha256"] != "-" else []:
        match = re.fullmatch(r"\s*([\w.-]+)=([0-9a-f]{64})\s*", pair)
        if not match:
            raise wrong("sha256", "FILE=64 hex digits, comma-separated, or -")
        digests[match[1]] = match[2]
    try:
        settings = settings_in(row["settings"])
    except ValueError as error:
        raise wrong("settings", f"NAME=VALUE of {', '.join(_SETTINGS)}, or - ({error})") from error
    if kind in _READS and (row["window"] == "-" or int(row["window"]) < _SMALLEST_WINDOW):
        raise wrong("window", f"at least {_SMALLEST_WINDOW} tokens for an {kind}")
    # What is fetched from a hub is pinned when it is fetched.
    wanted = NEEDED if kind in WRITERS else _ENCODER_FILES
    unpinned = not digests and row["repository"].startswith(("hf:", "dir:", "plugin:"))
    if kind in _READS and not unpinned and not wanted <= digests.keys():
        raise wrong("sha256", f"at least {', '.join(sorted(wanted))} for an {kind}")
    return ModelEntry(
        name=row["name"],
        kind=cast("ModelKind", kind),
        repository=row["repository"],
        revision=_given(row["revision"]),
        licence=row["licence"],
        languages=tuple(code.strip() for code in row["languages"].split(",")),
        window=0 if row["window"] == "-" else int(row["window"]),
        size=_given(row["size"]),
        memory=_given(row["memory"]),
        settings=settings,
        sha256=digests,
        why=row["why"],
    )


_REPOSITORY = re.compile(
    r"builtin|pypi:[A-Za-z0-9._-]+|hf:[\w.-]+/[\w.-]+|plugin:[\w.-]+|dir:[^|]+", re.ASCII
)


def _given(cell: str) -> str:
    return "" if cell == "-" else cell


def settings_in(cell: str) -> dict[str, int | float | str]:
    """Settings of generation, ``NAME=VALUE`` with spaces between, quoted like a shell's words; ``-`` for none.

    Raises:
        ValueError: a name is unknown, or its value is no number.
    """
    found: dict[str, int | float | str] = {}
    for word in shlex.split(cell) if cell != "-" else []:
        name, equals, value = word.partition("=")
        if name not in _SETTINGS or not equals:
            raise ValueError(f"{word!r} is not one")
        found[name] = _SETTINGS[name](value)
    return found


def line_of(entry: ModelEntry) -> str:
    """An entry as a line of the catalogue; `parse_entry` reads it back."""
    settings = " ".join(f"{k}={shlex.quote(str(v))}" for k, v in entry.settings.items())
    digests = ", ".join(f"{name}={digest}" for name, digest in sorted(entry.sha256.items()))
    cells = (
        entry.name, entry.kind, entry.repository, entry.revision, entry.licence, ",".join(entry.languages),
        str(entry.window or ""), entry.size, entry.memory, settings, digests, entry.why,
    )  # fmt: skip
    # A cell in two lines, or with a bar in it, would make a file that nobody can read.
    return " | ".join(" ".join(cell.replace("|", "/").split()) or "-" for cell in cells)
