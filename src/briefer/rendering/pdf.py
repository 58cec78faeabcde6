"""The brief as a tagged, archivable PDF (PDF/UA-1 and PDF/A-3a) by typst, from ``brief.typ``."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from briefer.brief import Brief
from briefer.errors import TemplateError
from briefer.rendering.charts import STAND_INS
from briefer.rendering.look import Look
from briefer.rendering.view import view_of
from briefer.resources import fonts_dir, search_path

_TEMPLATE = "brief.typ"
_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
_DENSITIES = (1.0, 0.97, 0.94, 0.91, 1.04)  # tried in turn where the last page is nearly empty
_LEAST_LINES = 5
_HEAD_AND_FOOT = 2  # lines of each page but the first
_CONTENTS_FROM = 4  # pages
_CONTENTS_FROM_LENGTH = 15_000  # characters of JSON, which make about so many
_CARD = 900  # characters that a card takes the room of
_MISSING = "\N{REPLACEMENT CHARACTER}"


def render_pdf(brief: Brief, look: Look) -> tuple[bytes, tuple[str, ...]]:
    """PDF bytes, and notes on characters that the fonts do not have; same brief, same bytes.

    Data reach typst as JSON through ``sys.inputs``, so that no text can be taken for markup;
    it reads no file outside the template's folder and no font of the system.

    Raises:
        TemplateError: the template is missing or does not compile.
    """
    template = _find_template(look.folders)
    folders = _font_folders(look)
    data = msgspec.to_builtins(view_of(brief, charts=True, brand=look.brand))
    missing: set[str] = set()
    # No text of an article: it goes as it is, and is no glyph.
    del data["brand"]["logo"]
    shown = _printable(data, _Known(folders), missing)
    shown["brand"]["logo"] = list(look.brand.logo.data) if look.brand.logo else []
    shown["house_font"] = look.brand.font if look.brand.fonts else ""
    notes = _missing_note(missing)
    shown["language"] = _language_tag(brief.language)
    for story in (*shown["top"], *shown["more"]):
        story["headline"] = story["headline"].strip() or "Untitled"  # what is left may be nothing
    shown["title"] = shown["title"].strip() or "Brief"
    shown["missing"] = notes[0] if notes else ""
    made = _Template(template, _digest_of(template.parent), folders, brief.date[:10])
    return _laid_out(made, shown), notes


class _Template(NamedTuple):
    """What is compiled, apart from the data."""

    path: Path
    digest: str
    fonts: tuple[Path, ...]
    day: str


def _laid_out(template: _Template, shown: dict[str, Any]) -> bytes:
    """The PDF with contents from four pages on, and no last page that is nearly empty."""
    first = b""
    shown["contents"] = (
        _length_of(shown) > _CONTENTS_FROM_LENGTH
    )  # a guess, which saves a second layout
    for density in _DENSITIES:
        shown["density"] = density
        pdf = _compiled(template, msgspec.json.encode(shown).decode())
        n_pages, n_lines = _last_page(pdf)
        if shown["contents"] is not (n_pages >= _CONTENTS_FROM):
            # With contents there may be a page more than without: then they stay.
            shown["contents"] = n_pages >= _CONTENTS_FROM
            pdf = _compiled(template, msgspec.json.encode(shown).decode())
            n_pages, n_lines = _last_page(pdf)
        if n_pages == 1 or n_lines >= _LEAST_LINES:
            return pdf
        first = first or pdf
    return first


def _length_of(shown: dict[str, Any]) -> int:
    """Characters in all, about: stories, numbers, quotations under the sources."""
    return len(msgspec.json.encode([shown[name] for name in ("top", "more", "gaps", "sources")])) + _CARD * len(shown["cards"])  # fmt: skip


def _last_page(pdf: bytes) -> tuple[int, int]:
    """Number of pages, and of lines on the last of them besides header and footer."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        lines = document[len(document) - 1].get_textpage().get_text_range().splitlines()
        return len(document), sum(bool(line.strip()) for line in lines) - _HEAD_AND_FOOT
    finally:
        document.close()


@lru_cache(maxsize=4)  # the PDF of its own, and the one in the e-mail
def _compiled(template: _Template, inputs: str) -> bytes:
    import typst

    try:
        pdf = typst.compile(
            template.path,
            root=template.path.parent,
            font_paths=[*template.fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"brief": inputs},
            pdf_standards=[*_STANDARDS],
            timestamp=datetime.datetime.fromisoformat(template.day).replace(tzinfo=datetime.UTC),
        )
    except typst.TypstError as error:
        raise TemplateError(
            f"the PDF template failed ({error.message})",
            where=str(template.path),
            hint="; ".join(
                getattr(error, "hints", None) or ["Mend it, or remove it to get the package's own"]
            ),
        ) from error
    return bytes(pdf)


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.typ")):
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def _font_folders(look: Look) -> tuple[Path, ...]:
    return (*((Path(look.brand.fonts),) if look.brand.fonts else ()), fonts_dir())


def printable_words(words: str, look: Look) -> str:
    """The words as this format shows them, with a stand-in for every character that no font has."""
    return str(_printable(words, _Known(_font_folders(look)), set()))


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


class _Known:
    """What can be drawn; the larger fonts are looked into only where Noto Sans does not do."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def __contains__(self, point: int) -> bool:
        return point in _in_noto_sans() or point in _known_characters(self._folders)


@cache
def _in_noto_sans() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    sets = []
    for weight in ("Regular", "Bold"):
        with TTFont(fonts_dir() / f"NotoSans-{weight}.ttf", lazy=True) as font:
            sets.append(frozenset(font.getBestCmap()))
    return sets[0] & sets[1]


@cache
def _known_characters(folders: tuple[Path, ...]) -> frozenset[int]:
    """Code points that some family of these folders can draw, in every weight that it has."""
    from fontTools.ttLib import TTFont, TTLibError

    families: dict[str, frozenset[int]] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.[ot]tf"))):
        try:
            with TTFont(path, lazy=True) as font:
                points = _drawn(font)
                family = str(font["name"].getDebugName(16) or font["name"].getDebugName(1))
        except (TTLibError, OSError, KeyError) as error:
            raise TemplateError(f"the font cannot be read ({error})", where=str(path), hint="Remove it from the folder of fonts") from error  # fmt: skip
        families[family] = families[family] & points if family in families else points
    return frozenset().union(*families.values())


def _drawn(font: Any) -> frozenset[int]:
    """Code points that a font draws; some fonts map characters to glyphs without an outline."""
    cmap = font.getBestCmap() or {}
    if "loca" not in font:
        return frozenset(cmap)
    places = font["loca"].locations
    order = {name: i for i, name in enumerate(font.getGlyphOrder())}
    return frozenset(
        point for point, name in cmap.items()
        if places[order[name]] < places[order[name] + 1] or unicodedata.category(chr(point)) in {"Zs", "Cf", "Cc"}
    )  # fmt: skip


def _printable(value: Any, known: _Known, missing: set[str]) -> Any:
    """The same data with every character no font has replaced; PDF/UA-1 forbids blank boxes."""
    if isinstance(value, str):
        return re.sub(r"[^\n]", lambda m: _glyph(m[0], known, missing), value)
    if isinstance(value, dict):
        return {key: _printable(item, known, missing) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item, known, missing) for item in value]
    return value


def _glyph(character: str, known: _Known, missing: set[str]) -> str:
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
