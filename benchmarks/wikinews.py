"""The texts that the gold callouts point into: English Wikinews (CC BY 2.5), as two collections give them.

``numbers_dev.jsonl`` holds plain records; ``economy.jsonl`` page source with the date as days since
1970. `articles` gives both as plain records; the gold's hashes say whether the text is the annotated one.
"""

from __future__ import annotations

import datetime
import html
import json
import math
import re
from pathlib import Path

_TAGS = re.compile(r"</?(?:text|title)\b[^>]*>")
_MARKUP = re.compile(r"\[\[[^\]]*\]\]|https?://\S+|[{}|<>]")
_SECTION = re.compile(r"^(?:Economy and business|Wikinews \w+|Business|2008-09 financial crisis) ")


def articles(data: Path) -> dict[str, dict[str, str]]:
    """Records with ``id``, ``date``, ``title`` and ``text``, by id.

    Args:
        data: folder with ``wikinews/``, or one file of records.
    """
    folder = data / "wikinews"
    paths = [folder / "economy.jsonl", folder / "numbers_dev.jsonl"] if data.is_dir() else [data]
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
            record = json.loads(line)
            found[record["id"]] = _plain(record) if record["text"].startswith("<text") else record
    return found


def _plain(record: dict[str, str]) -> dict[str, str]:
    days = float(record["date"])
    known = not math.isnan(days)  # the page has no date
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=int(days)) if known else None
    return {
        "id": record["id"],
        "date": date.isoformat() if date else "",
        "title": _cleaned(record["title"]),
        "text": _cleaned(record["text"]),
    }


def _cleaned(source: str) -> str:
    text = html.unescape(html.unescape(_TAGS.sub("", source))).replace("''", "").replace("===", "")
    text = _SECTION.sub("", re.sub(r"\s+", " ", text).strip())
    return re.sub(r"\s+", " ", _MARKUP.sub("", text))
