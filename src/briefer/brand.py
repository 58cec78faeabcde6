"""The house style of a brief: name, logo, colours, font, footer; checked so that it stays readable."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Final, Literal, NamedTuple

from briefer.errors import UsageError
from briefer.types import Value

Paper = Literal["a4", "us-letter"]

_LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3, for text
_LIGHT, _DARK = ("#ffffff", "#f4f6f9"), ("#14171b", "#20262d")  # paper and panel of each style
_LOGO_BYTES: Final = 100_000  # it travels in every e-mail
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LOGO_HEIGHT: Final = 40  # CSS pixels


class Logo(Value, frozen=True):
    """A PNG and the size that it is shown at, in CSS pixels."""

    data: bytes
    width: int
    height: int


class Brand(Value, frozen=True):
    """What a house puts on every brief; none of it is content.

    Attributes:
        name: of the house, above the title.
        accent: colour of headings, links and rules, ``#rrggbb``; on white.
        accent_dark: the same on the dark style.
        font: a family put before the built-in ones; the PDF needs its files in ``fonts``.
        fonts: folder of font files for the PDF.
        footer: a line at the end.
        paper: size of the PDF's pages.
    """

    name: str = ""
    logo: Logo | None = None
    accent: str = "#0b4a8f"
    accent_dark: str = "#8ec1ff"
    font: str = ""
    fonts: str = ""
    footer: str = ""
    paper: Paper = "a4"


class _Colour(NamedTuple):
    red: int
    green: int
    blue: int

    @property
    def luminance(self) -> float:
        """Relative luminance, from 0 to 1 (WCAG 2.2)."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in self)]  # fmt: skip
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def mixed(self, other: _Colour, share: float) -> _Colour:
        """The colour with a ``share`` of another."""
        return _Colour(*(round(a + (b - a) * share) for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours ``#rrggbb``, from 1 to 21 (WCAG 2.2).

    Raises:
        UsageError: one of them is no such colour.
    """
    lights = sorted((_colour(one).luminance, _colour(other).luminance))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def checked_accent(accent: str) -> str:
    """The colour, if text in it can be read on white and on the cards.

    Raises:
        UsageError: it is no colour, or too pale; the hint names the nearest darker one that will do.
    """
    return _checked(accent, _LIGHT, _Colour(0, 0, 0), "darker")


def checked_accent_dark(accent: str) -> str:
    """The same on the dark style.

    Raises:
        UsageError: it is no colour, or too dark.
    """
    return _checked(accent, _DARK, _Colour(255, 255, 255), "lighter")


def lightened(accent: str) -> str:
    """The colour, as much lighter as the dark style needs."""
    return _nearest(_colour(accent), _DARK, _Colour(255, 255, 255))


def checked_font(font: str) -> str:
    """The name of a font family, if it is one that a style sheet may hold.

    Raises:
        UsageError: it holds other signs than letters, digits, spaces, hyphens.
    """
    if not re.fullmatch(r"[\w -]{0,60}", font):
        raise UsageError(f"{font!r} is no name of a font family", hint="Give one name, such as Source Sans 3")  # fmt: skip
    return font


def logo_from(path: Path) -> Logo:
    """Read a logo; it is shown 40 pixels high.

    Raises:
        UsageError: it cannot be read, is no PNG, or is too large to travel in every e-mail.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the logo cannot be read ({error.strerror})", where=str(path), hint="Name a PNG file") from error  # fmt: skip
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 33:
        raise UsageError("the logo is no PNG", where=str(path), hint="Mail programs show PNG; save it as one")  # fmt: skip
    if len(data) > _LOGO_BYTES:
        raise UsageError(f"the logo has {len(data):,} bytes", where=str(path), hint=f"It travels in every e-mail: save it with at most {_LOGO_BYTES:,}")  # fmt: skip
    width, height = struct.unpack(">II", data[16:24])
    if not width or not height:
        raise UsageError("the logo has no size", where=str(path), hint="Save it again as PNG")
    return Logo(data, max(1, min(520, round(width * _LOGO_HEIGHT / height))), _LOGO_HEIGHT)


def _colour(text: str) -> _Colour:
    match = re.fullmatch(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", text)
    if match is None:
        raise UsageError(f"{text!r} is no colour", hint="Write it as #rrggbb, such as #0b4a8f")
    return _Colour(*(int(part, 16) for part in match.groups()))


def _checked(accent: str, grounds: tuple[str, ...], towards: _Colour, how: str) -> str:
    colour = _colour(accent)
    ratio = min(contrast(accent, ground) for ground in grounds)
    if ratio < _LEAST_CONTRAST:
        raise UsageError(
            f"text in {accent} has a contrast of {ratio:.1f}:1 only, and needs {_LEAST_CONTRAST}:1",
            hint=f"Take a {how} one, such as {_nearest(colour, grounds, towards)}",
        )
    return str(colour)


def _nearest(colour: _Colour, grounds: tuple[str, ...], towards: _Colour) -> str:
    """The first colour on the way to black or white that stands out enough."""
    for step in range(101):
        tried = str(colour.mixed(towards, step / 100))
        if min(contrast(tried, ground) for ground in grounds) >= _LEAST_CONTRAST:
            return tried
    return str(towards)
