"""What the user asks for on the command line, checked and made into values."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

from briefer.errors import UsageError

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


def day_of(text: str) -> str:
    """A day as ``YYYY-MM-DD``.

    Raises:
        UsageError: it is none.
    """
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"--date {text!r} is not a day", hint="Write it as YYYY-MM-DD") from error


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
