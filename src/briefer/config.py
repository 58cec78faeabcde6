"""``briefer.toml``: sources, model, templates, brand and delivery of one brief, checked key by key.

What it says are defaults: an option on the command line wins over a ``BRIEFER_…`` variable, and that
over the file. Paths are meant from the folder of the file.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from briefer.brand import (
    Brand,
    Paper,
    checked_accent,
    checked_accent_dark,
    checked_font,
    lightened,
    logo_from,
)
from briefer.brief import Tlp
from briefer.errors import ConfigError, UsageError
from briefer.resources import config_dir
from briefer.types import Value

FILE_NAME: Final = "briefer.toml"
_MOST_BYTES: Final = 1_000_000
Security = Literal["starttls", "tls", "none"]
_T = TypeVar("_T")


class BrandTable(Value, frozen=True):
    """``[brand]``."""

    name: str = ""
    logo: str = ""
    accent: str = "#0b4a8f"
    accent_dark: str = ""
    font: str = ""
    fonts: str = ""
    footer: str = ""
    paper: Paper = "a4"


class DeliveryTable(Value, frozen=True, rename={"sender": "from"}):
    """``[delivery]``; the password itself is never in it."""

    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    unsubscribe: tuple[str, ...] = ()
    pdf: bool = True
    server: str = ""
    security: Security = "starttls"
    user: str = ""
    password_env: str = "BRIEFER_SMTP_PASSWORD"
    password_command: tuple[str, ...] = ()
    keyring: str = ""


class Config(Value, frozen=True):
    """A whole file; what it does not say stays with the command line's defaults."""

    sources: tuple[str, ...] = ()
    title: str | None = None
    zone: str | None = None
    model: str | None = None
    runtime: Literal["ctranslate2", "torch"] | None = None
    bullets: Annotated[int, msgspec.Meta(ge=1, le=20)] | None = None
    rules: bool | None = None
    plain: bool | None = None
    formats: tuple[str, ...] = ()
    output: str | None = None
    templates: str | None = None
    store: str | None = None
    tlp: Tlp = ""
    brand: BrandTable = BrandTable()
    delivery: DeliveryTable = DeliveryTable()
    path: Path | None = None

    def file(self, name: str) -> Path:
        """A path of the file's, from here; "-" and addresses stay."""
        if self.path is None:
            return Path(name)
        path = self.path.parent / Path(name).expanduser()
        return Path(os.path.relpath(path)) if not Path(name).expanduser().is_absolute() else path

    def house(self) -> Brand:
        """The brand with its logo read and its colours checked.

        Raises:
            ConfigError: one of them will not do.
        """
        table = self.brand
        dark = self._checked("accent_dark", checked_accent_dark, table.accent_dark) if table.accent_dark else ""  # fmt: skip
        accent = self._checked("accent", checked_accent, table.accent)
        plain = accent == Brand().accent
        return Brand(
            name=table.name,
            logo=self._checked("logo", logo_from, self.file(table.logo)) if table.logo else None,
            accent=accent,
            accent_dark=dark or (Brand().accent_dark if plain else lightened(accent)),
            font=self._checked("font", checked_font, table.font),
            fonts=str(self._checked("fonts", _folder, self.file(table.fonts)))
            if table.fonts
            else "",
            footer=table.footer,
            paper=table.paper,
        )

    def _checked(self, key: str, check: Callable[[Any], _T], value: Any) -> _T:
        try:
            return check(value)
        except UsageError as error:
            where = _place(self.path, ("brand", key)) if self.path else "brand"
            raise ConfigError(f"{key}: {error.what}", where=where, hint=error.hint) from error


def find_config(given: Path | None) -> Config:
    """The file that is given, or ``briefer.toml`` here, or that of the configuration folder, or none.

    Raises:
        ConfigError: the one given is not there, or one says what it should not; with line and key.
    """
    if given is not None:
        return load_config(given)
    for path in (Path(FILE_NAME), config_dir() / FILE_NAME):
        if path.is_file():
            return load_config(path)
    return Config()


def load_config(path: Path) -> Config:
    """Read and check a file.

    Raises:
        ConfigError: it cannot be read, is no TOML, or has a key or a value that it should not.
    """
    try:
        data = path.read_bytes()[: _MOST_BYTES + 1]
        text = data.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", where=str(path), hint="`briefer init` writes one to begin with") from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8", where=f"{path}:{data[: error.start].count(10) + 1}", hint="Save it as UTF-8") from error  # fmt: skip
    if len(data) > _MOST_BYTES:
        raise ConfigError("has more than a megabyte", where=str(path), hint="Is it a briefer.toml?")
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise ConfigError(f"is not valid TOML ({str(error) or 'nested too deep'})", where=f"{path}{':' + line[1] if line else ''}", hint="`briefer init` writes one to begin with") from error  # fmt: skip
    if isinstance(found.get("delivery"), dict) and "password" in found["delivery"]:
        raise ConfigError(
            "a password does not belong in a file", where=_place(path, ("delivery", "password")),
            hint="Remove it, and name password_env, password_command or keyring",
        )  # fmt: skip
    try:
        if "path" in found:
            raise msgspec.ValidationError("Object contains unknown field `path`")
        config = msgspec.convert(found, Config, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(path, str(error)) from error
    return msgspec.structs.replace(config, path=path)


def _refused(path: Path, message: str) -> ConfigError:
    """The parser's message with line and key of the file, and the keys that there are."""
    place = re.search(r" - at `\$\.?([\w.]*)(?:\[[^`]*)?`$", message)
    keys = tuple(part for part in (place[1] if place else "").split(".") if part)
    what = message.split(" - at ", maxsplit=1)[0]
    unknown = re.search(r"unknown field `([^`]+)`", what)
    if unknown:
        table = {"brand": BrandTable, "delivery": DeliveryTable}.get(keys[0] if keys else "", Config)  # fmt: skip
        known = [f for f in table.__struct_encode_fields__ if f != "path"]
        full = (*keys, unknown[1])
        return ConfigError(f"there is no key {'.'.join(full)!r}", where=_place(path, full), hint=f"Known: {', '.join(known)}")  # fmt: skip
    return ConfigError(f"{'.'.join(keys) or 'the file'}: {what[:1].lower()}{what[1:]}", where=_place(path, keys), hint="docs/configuration.md says what each key takes")  # fmt: skip


def _place(path: Path | None, keys: tuple[str, ...]) -> str:
    """``FILE:LINE`` of a key; the parser of TOML does not keep lines."""
    if path is None:
        return ""
    table = ""
    wanted, name = ".".join(keys[:-1]), keys[-1] if keys else ""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):  # fmt: skip
        header = re.match(r"\s*\[\[?\s*([\w.\"-]+)\s*\]", line)
        if header:
            table = header[1].replace('"', "")
            if table == ".".join(keys):
                return f"{path}:{number}"
        key = re.match(r"\s*([\w.\"-]+)\s*=", line)
        said = key[1].replace('"', "") if key else ""
        if said and name and f"{table}.{said}".strip(".") == f"{wanted}.{name}".strip("."):
            return f"{path}:{number}"
    return str(path)


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError(f"there is no folder {str(path)!r}", hint="Name one that holds .ttf or .otf files")  # fmt: skip
    return path


#: What `briefer init` writes: every key with what it does, all but the sources commented out.
TEMPLATE: Final = """\
# briefer.toml: one brief. An option on the command line wins over what stands here,
# and so does a variable such as BRIEFER_MODEL. Paths are meant from this folder.

sources = ["inbox"]                 # files, folders, .jsonl files
# title = "Morning brief"
# zone = "Europe/Berlin"            # of the day; else this machine's
# model = "all-MiniLM-L6-v2"        # see `briefer models list`
# runtime = "ctranslate2"           # or torch, the slow reference
# bullets = 3                       # at most so many an article
# rules = false                     # true: read the numbers by rules alone
# plain = false                     # true: take texts as they are
# formats = ["html", "pdf", "eml", "md", "txt", "json"]   # docx too
# output = "brief"
# templates = "templates"           # see `briefer templates list`
# store = "store.sqlite3"           # else in your data folder
# tlp = "AMBER"                     # Traffic Light Protocol 2.0: RED, AMBER+STRICT, AMBER, GREEN, CLEAR

[brand]
# name = "Velland Desk"
# logo = "logo.png"                 # PNG of at most 100,000 bytes, shown 40 pixels high
# accent = "#0b4a8f"                # checked: 4.5:1 on white
# accent_dark = "#8ec1ff"           # for dark screens; else worked out from accent
# font = "Source Sans 3"            # put before the built-in ones
# fonts = "fonts"                   # folder with the font's files, for the PDF
# footer = "For members of the desk."
# paper = "a4"                      # or us-letter

[delivery]
# from = "Velland Desk <desk@velland.example>"
# to = ["editor@velland.example"]
# cc = []
# reply_to = ""
# unsubscribe = ["https://velland.example/stop?u=1", "mailto:stop@velland.example"]
# pdf = true                        # attach the PDF
# server = "smtp.velland.example:587"
# security = "starttls"             # or tls (port 465), or none
# user = "desk"
# The password never stands in a file. It comes from one of:
# password_env = "BRIEFER_SMTP_PASSWORD"
# password_command = ["pass", "show", "mail/desk"]
# keyring = "briefer"               # service name; needs briefer[keyring]
"""
