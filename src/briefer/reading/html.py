"""HTML to parts: trafilatura first, then resiliparse, then all visible text."""

from __future__ import annotations

import re

from briefer.errors import SourceError
from briefer.reading.decoding import normalize
from briefer.reading.parts import Part, ReadParts

# Dates only where the page states its own, never from a footer or the body; and nothing that
# depends on the day of the reading.
_DATES = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}


def read_html(text: str) -> ReadParts:
    """Find the article in a page.

    Raises:
        SourceError: the page holds no text at all.
    """
    meta = _metadata(text)
    for name, extract in (
        ("trafilatura", _trafilatura),
        ("resiliparse", _resiliparse),
        ("text", _all_text),
    ):
        lines = [line for line in normalize(extract(text)).split("\n") if line.strip()]
        if sum(len(line.split()) for line in lines) >= (25 if name != "text" else 1):
            break
    else:
        raise SourceError(
            "no text in this page",
            hint="A page drawn by a script has to be saved after it has loaded",
        )
    notes = () if name == "trafilatura" else (f"article body found by the fallback reader {name}",)
    return ReadParts(
        parts=[Part(None, line) for line in lines],
        title=meta.get("title"),
        byline=meta.get("author"),
        date=meta.get("date"),
        reader=f"html:{name}",
        date_from="metadata",
        notes=notes,
    )


def _metadata(text: str) -> dict[str, str]:
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(text, date_config=dict(_DATES))
    if found is None:
        return {}
    meta = {
        key: str(value)
        for key in ("title", "author", "date", "sitename")
        if (value := getattr(found, key, None))
    }
    if "title" in meta:
        meta["title"] = _without_site(meta["title"], meta.get("sitename", ""))
    return meta


def _without_site(title: str, site: str) -> str:
    """Drop the site's name that pages append to their titles ("… | The Herald")."""
    match = re.match(r"(?P<title>.{10,}?)\s+[|–—-]\s+(?P<tail>[^|–—-]{2,40})$", title)
    if match and (" | " in title or (site and _letters(match["tail"]) in _letters(site))):
        return match["title"]
    return title


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _trafilatura(text: str) -> str:
    import trafilatura

    # It fails by returning None; deduplicate is off because a repeated figure is still evidence.
    found = trafilatura.extract(
        text, include_comments=False, include_tables=False, include_formatting=False
    )
    return found or ""


def _resiliparse(text: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(text, main_content=True, alt_texts=False, list_bullets=False))


def _all_text(text: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(text, main_content=False, alt_texts=False, list_bullets=False))
