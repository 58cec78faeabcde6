"""Where prompts, templates and the model catalogue are: the user's folder first, then ours."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path


def package_root() -> Path:
    """Folder that holds our own ``templates/``, ``prompts/`` and ``models.txt``.

    In a wheel it is ``briefer/_resources``; in an editable install the files stay at the top
    level of the checkout, where a reader of the project finds them.
    """
    here = Path(__file__).resolve().parent
    shipped = here / "_resources"
    return shipped if shipped.is_dir() else here.parents[1]


@cache
def _platform_dir(kind: str) -> Path:
    import platformdirs

    dirs = platformdirs.PlatformDirs("briefer", appauthor=False)
    return Path(getattr(dirs, f"user_{kind}_dir"))


def config_dir() -> Path:
    """Folder for the user's own templates, prompts and catalogue (``BRIEFER_CONFIG``)."""
    override = os.environ.get("BRIEFER_CONFIG")
    return Path(override) if override else _platform_dir("config")


def cache_dir() -> Path:
    """Folder for converted models; safe to delete (``BRIEFER_CACHE``)."""
    override = os.environ.get("BRIEFER_CACHE")
    return Path(override) if override else _platform_dir("cache")


def data_dir() -> Path:
    """Folder for the store: what was read and made (``BRIEFER_DATA``)."""
    override = os.environ.get("BRIEFER_DATA")
    return Path(override) if override else _platform_dir("data")


def search_path(kind: str, extra: Sequence[Path] = ()) -> list[Path]:
    """Folders in which ``templates`` or ``prompts`` are looked up, first match wins."""
    return [*extra, config_dir() / kind, package_root() / kind]


def is_own_template(name: str, extra: Sequence[Path] = ()) -> bool:
    """Whether a template that is looked up so is the package's own, and no one else's."""
    folders = search_path("templates", extra)
    return not any((folder / name).is_file() for folder in folders[:-1])


def fonts_dir() -> Path:
    """Folder of the fonts that we ship (SIL Open Font License)."""
    return package_root() / "templates" / "fonts"


def catalog_paths() -> list[Path]:
    """Catalogue files, the user's first: an entry there wins over ours of the same name."""
    return [p for p in (config_dir() / "models.txt", package_root() / "models.txt") if p.is_file()]


@cache
def code_version(*parts: str, libraries: tuple[str, ...] = ()) -> str:
    """Hash of the source of some parts of briefer ("reading", "segmenting.py") and of versions.

    Stored results carry it in their keys, so that a change of the code is never answered with
    what the old code made, and nobody has to remember to raise a number.
    """
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for part in parts:
        path = here / part
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in libraries:
        digest.update(f"{name}=={importlib.metadata.version(name)}".encode())
    return digest.hexdigest()[:12]
