"""What the user asks for on the command line, checked and made into values."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from briefer.errors import UsageError

if TYPE_CHECKING:
    from briefer.brief import Tlp
    from briefer.config import Config
    from briefer.rendering.look import Look

DEFAULT_FORMATS: Final = "html,pdf,eml,md,txt,json"


def formats_of(text: str) -> list[str]:
    """Names of formats in a comma-separated list, each once.

    Raises:
        UsageError: there is none in it.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError("no format named", hint=f"Known: {DEFAULT_FORMATS.replace(',', ', ')}")
    return list(dict.fromkeys(names))


def day_of(text: str, option: str = "--date") -> str:
    """A day as ``YYYY-MM-DD``.

    Args:
        text: that the user gave.
        option: that it was given to.

    Raises:
        UsageError: it is none.
    """
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(
            f"{option} {text!r} is not a day", hint="Write it as YYYY-MM-DD"
        ) from error


def zone_of(given: str | None) -> tuple[str, str]:
    """Name of the time zone (the machine's if none is given), and today's date in it.

    Raises:
        UsageError: there is no such zone.
    """
    import zoneinfo

    from tzlocal import get_localzone_name

    name = given or get_localzone_name() or "UTC"
    try:
        return name, datetime.datetime.now(zoneinfo.ZoneInfo(name)).date().isoformat()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"no time zone {name!r}", hint="Give an IANA name, such as UTC or Europe/Berlin"
        ) from error


def template_folders(template: Path | None) -> list[Path]:
    """Folders of templates to look in before the others.

    Raises:
        UsageError: the one given does not exist.
    """
    if template is None:
        return []
    if not template.is_dir():
        raise UsageError(
            "no such folder of templates",
            where=str(template),
            hint="Give a folder that holds templates such as brief.html",
        )
    return [template]


def look_of(config: Config, template: Path | None) -> Look:
    """How a brief is dressed: by the configuration, with the folder of templates that is given.

    Raises:
        UsageError: the folder is not there, or the brand will not do.
    """
    from briefer.rendering.look import Look

    return Look(tuple(template_folders(template)), config.house())


def tlp_of(text: str | None) -> Tlp:
    """A label of the Traffic Light Protocol, with or without its "TLP:"; empty for none.

    Raises:
        UsageError: there is no such label.
    """
    from briefer.brief import Tlp

    wanted = (text or "").strip().upper().removeprefix("TLP:")
    for label in get_args(Tlp):
        if wanted == label:
            return label  # type: ignore[no-any-return]  # one of the literals
    raise UsageError(f"there is no label {text!r}", hint=f"Known: {', '.join(filter(None, get_args(Tlp)))}")  # fmt: skip


def defaults_of(config: Config) -> dict[str, dict[str, object]]:
    """What the configuration says, as defaults of each command's options (click's ``default_map``)."""

    def path(name: str | None) -> str | None:
        return str(config.file(name)) if name else None

    model = {"model": config.model, "runtime": config.runtime, "bullets": config.bullets}
    common: dict[str, object] = {
        "plain": config.plain,
        "rules": config.rules,
        "store": path(config.store),
    }
    page: dict[str, object] = {"template": path(config.templates), "output": path(config.output), "formats": ",".join(config.formats) or None}  # fmt: skip
    store: dict[str, object] = {"store": path(config.store)}
    made: dict[str, dict[str, object]] = {
        "make": {**model, **common, **page, "title": config.title, "zone": config.zone, "tlp": config.tlp or None},
        "summarize": {**model, **common},
        "callouts": common,
        "batch": {**model, "plain": config.plain, "rules": config.rules},
        "render": {**page, "formats": None},
        "send": {**store, "template": path(config.templates)},
        "open": store,
        "site": {**store, "template": path(config.templates)},
        "store": dict.fromkeys(("info", "prune", "path"), store),
    }  # fmt: skip
    return {name: {k: v for k, v in table.items() if v is not None} for name, table in made.items()}
