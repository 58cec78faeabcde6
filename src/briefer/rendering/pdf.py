"""The brief as a tagged, archivable PDF (PDF/UA-1 and PDF/A-3a) by typst, from ``brief.typ``."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from briefer.brief import Brief
from briefer.errors import TemplateError
from briefer.rendering.charts import STAND_INS
from briefer.rendering.view import view_of
from briefer.resources import fonts_dir, search_path

_TEMPLATE = "brief.typ"
_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
_MISSING = "\N{REPLACEMENT CHARACTER}"


def render_pdf(brief: Brief, folders: Sequence[Path]) -> tuple[bytes, tuple[str, ...]]:
    """PDF bytes, and notes on characters that the fonts do not have; same brief, same bytes.

    Data reach typst as JSON through ``sys.inputs``, so that no text can be taken for markup;
    it reads no file outside the template's folder and no font of the system.

    Raises:
        TemplateError: the template is missing or does not compile.
    """
    import typst

    template = _find_template(folders)
    view = view_of(brief, charts=True)
    data = msgspec.to_builtins(view)
    missing: set[str] = set()
    shown = _printable(data, _known_characters(), missing)
    notes = _missing_note(missing)
    shown["language"] = _language_tag(brief.language)
    for story in (*shown["top"], *shown["more"]):
        story["headline"] = story["headline"].strip() or "Untitled"  # no heading may be empty
    shown["title"] = shown["title"].strip() or "Brief"
    shown["missing"] = notes[0] if notes else ""
    try:
        pdf = typst.compile(
            template,
            root=template.parent,
            font_paths=[fonts_dir()],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"brief": msgspec.json.encode(shown).decode()},
            pdf_standards=[*_STANDARDS],
            timestamp=datetime.datetime.fromisoformat(brief.date).replace(tzinfo=datetime.UTC),
        )
    except typst.TypstError as error:
        raise TemplateError(
            f"the PDF template failed ({error.message})",
            where=str(template),
            hint="; ".join(
                getattr(error, "hints", None) or ["Mend it, or remove it to get the package's own"]
            ),
        ) from error
    return bytes(pdf), notes


def printable_words(words: str) -> str:
    """The words as this format shows them, with a stand-in for every character that no font has."""
    return str(_printable(words, _known_characters(), set()))


def _language_tag(language: str) -> str:
    """What typst takes for a language: two or three letters."""
    return language if re.fullmatch(r"[a-z]{2,3}", language) and language != "und" else "en"


def _find_template(folders: Sequence[Path]) -> Path:
    places = search_path("templates", folders)
    for folder in places:
        if (folder / _TEMPLATE).is_file():
            return folder / _TEMPLATE
    raise TemplateError(
        f"there is no template {_TEMPLATE!r}",
        hint="Looked in: " + ", ".join(str(p) for p in places),
    )


@cache
def _known_characters() -> frozenset[int]:
    """Code points that every weight of the shipped fonts can draw."""
    from fontTools.ttLib import TTFont

    found: frozenset[int] | None = None
    for path in sorted(fonts_dir().glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            points = frozenset(font.getBestCmap())
        found = points if found is None else found & points
    return found or frozenset()


def _printable(value: Any, known: frozenset[int], missing: set[str]) -> Any:
    """The same data with every character no font has replaced; PDF/UA-1 forbids blank boxes."""
    if isinstance(value, str):
        return re.sub(r"[^\n]", lambda m: _glyph(m[0], known, missing), value)
    if isinstance(value, dict):
        return {key: _printable(item, known, missing) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item, known, missing) for item in value]
    return value


def _glyph(character: str, known: frozenset[int], missing: set[str]) -> str:
    category = unicodedata.category(character)
    # Controls, joiners and marks of direction have no shape of their own and may go unseen; some
    # are in the font's table all the same.
    if category in {"Cc", "Cf"}:
        return ""
    # A ligature is printed as its letters: readers of PDF do not agree on what it is read as.
    if "\ufb00" <= character <= "\ufb06":
        return unicodedata.normalize("NFKC", character)
    if ord(character) in known:
        return character
    if character in STAND_INS:
        return STAND_INS[character]
    missing.add(character)
    return _MISSING if ord(_MISSING) in known else "?"


def _missing_note(missing: set[str]) -> tuple[str, ...]:
    visible = sorted(missing)
    if not visible:
        return ()
    points = " ".join(f"U+{ord(c):04X}" for c in visible[:8])
    more = f" and {len(visible) - 8} more" if len(visible) > 8 else ""
    return (
        f"Characters that the fonts of this PDF do not have are shown as {_MISSING}: {points}{more}.",
    )
