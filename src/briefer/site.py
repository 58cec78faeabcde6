"""A static archive of all briefs: an index by day, a page a brief, search, feeds. No server is needed to read it."""

from __future__ import annotations

import datetime
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from briefer.brief import Brief
from briefer.errors import UsageError
from briefer.files import write_atomically
from briefer.pipeline import load_brief_bytes, render_all
from briefer.rendering.jinja import render_named
from briefer.rendering.look import Look
from briefer.rendering.view import view_of
from briefer.store import KeptBrief, Store
from briefer.types import Value

_FEED_ITEMS: Final = 30
_SEARCH_SECONDS: Final = 600
_ATOM: Final = "http://www.w3.org/2005/Atom"


class Entry(Value, frozen=True):
    """A brief on the index."""

    date: str
    day: str
    month: str
    title: str
    tlp: str
    href: str
    headlines: tuple[str, ...]
    digest: str
    preheader: str


def newest_of(kept: Sequence[KeptBrief]) -> list[KeptBrief]:
    """Of the briefs with one day and title the one made last; the latest day first.

    Args:
        kept: the last one made first.
    """
    found: dict[tuple[str, str], KeptBrief] = {}
    for one in kept:
        found.setdefault((one.date, one.title), one)
    return sorted(found.values(), key=lambda one: (one.date, one.made), reverse=True)


def build_site(
    store: Store,
    kept: Sequence[KeptBrief],
    folder: Path,
    look: Look,
    *,
    title: str,
    url: str,
    say: Callable[[str], None],
) -> list[Entry]:
    """Write the archive; what is there already and the same is left alone.

    Args:
        store: that holds the briefs.
        kept: which of them, in the order of the index.
        folder: to write into.
        look: whose templates and brand.
        title: of the index.
        url: where the archive will be read, for the feeds; may be empty.
        say: told of what is left out.

    Raises:
        UsageError: the folder cannot be written.
        GateError: a page does not say what its sources say.
    """
    entries = []
    for one in kept:
        try:
            brief = load_brief_bytes(store.brief_body(one.digest), f"the brief of {one.date}")
        except UsageError as error:  # made by a version whose briefs were others
            say(f"{error} It is left out of the archive.")
            continue
        href = f"briefs/{one.date[:10]}-{one.digest[:8]}/index.html"
        data = render_all(brief, ["html"], look._replace(home="../../index.html"))["html"].data
        _write(folder / href, data)
        entries.append(_entry(brief, one, href))
    months = _by_month(entries)
    page = render_named("site.html", look.folders, title=title, months=months, n=len(entries), brand=view_of_brand(look), has_feeds=bool(url))  # fmt: skip
    _write(folder / "index.html", page.encode())
    if url:
        _write(folder / "feed.json", json_feed(entries, title, url))
        _write(folder / "atom.xml", atom_feed(entries, title, url))
    return entries


def view_of_brand(look: Look) -> object:
    """The brand as templates print it."""
    from briefer.rendering.view import brand_view

    return brand_view(look.brand)


def index_words(folder: Path) -> bool:
    """Let pagefind read every page, for search over full texts; whether it is installed.

    Raises:
        UsageError: it failed.
    """
    import importlib.util

    if importlib.util.find_spec("pagefind") is None:
        return False
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--glob", "briefs/**/*.html", "--quiet"]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_SEARCH_SECONDS)  # ours  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        raise UsageError(f"the index of words could not be made ({said.decode(errors='replace').strip()[-200:] or error})", where=str(folder), hint="The pages are written; leave the search out with --no-search") from error  # fmt: skip
    return True


def json_feed(entries: Sequence[Entry], title: str, url: str) -> bytes:
    """The latest briefs as JSON Feed 1.1 (jsonfeed.org)."""
    base = url.rstrip("/")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feed.json",
        "items": [
            {
                "id": f"urn:sha256:{entry.digest}",
                "url": f"{base}/{entry.href}",
                "title": f"{entry.title}, {entry.day}",
                "content_text": "\n".join(entry.headlines) or entry.preheader,
                "summary": entry.preheader,
                "date_published": _moment(entry),
            }
            for entry in entries[:_FEED_ITEMS]
        ],
    }
    return msgspec.json.format(msgspec.json.encode(feed), indent=2) + b"\n"


def atom_feed(entries: Sequence[Entry], title: str, url: str) -> bytes:
    """The latest briefs as Atom (RFC 4287)."""
    base = url.rstrip("/")
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")

    def put(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
        child = ET.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
        child.text = "".join(c for c in text if c.isprintable() or c in "\n\t") or None
        return child

    put(feed, "title", title)
    put(feed, "id", f"{base}/")
    put(feed, "updated", _moment(entries[0]) if entries else "1970-01-01T00:00:00Z")
    put(feed, "link", rel="self", href=f"{base}/atom.xml")
    put(feed, "link", href=f"{base}/")
    put(put(feed, "author"), "name", "briefer")
    for entry in entries[:_FEED_ITEMS]:
        item = put(feed, "entry")
        put(item, "title", f"{entry.title}, {entry.day}")
        put(item, "id", f"urn:sha256:{entry.digest}")
        put(item, "updated", _moment(entry))
        put(item, "link", href=f"{base}/{entry.href}")
        put(item, "summary", entry.preheader)
        put(item, "content", "\n".join(entry.headlines), type="text")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'.encode()


def _entry(brief: Brief, kept: KeptBrief, href: str) -> Entry:
    view = view_of(brief)
    day = datetime.date.fromisoformat(brief.date[:10])
    headlines = tuple(story.headline for story in (*view.top, *view.more))
    month = view.day.split(", ", 1)[1].split(" ", 1)[1] if ", " in view.day else f"{day:%Y-%m}"
    return Entry(brief.date, view.day, month, brief.title, view.tlp, href, headlines, kept.digest, view.preheader)  # fmt: skip


def _by_month(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    months: dict[str, list[Entry]] = {}
    for entry in entries:
        months.setdefault(entry.month, []).append(entry)
    return list(months.items())


def _moment(entry: Entry) -> str:
    return f"{entry.date[:10]}T07:00:00Z"


def _write(path: Path, data: bytes) -> None:
    try:
        if path.read_bytes() == data:
            return
    except OSError:
        pass
    write_atomically(path, data)
