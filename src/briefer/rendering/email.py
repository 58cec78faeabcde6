"""The brief as an e-mail message file (RFC 5322): a plain part and an HTML part.

The same brief gives the same bytes: Message-ID and boundary come from its content, the date is
the brief's own, and no clock is read.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from briefer.brief import Brief
from briefer.rendering.jinja import render_template, text_of
from briefer.rendering.view import view_of
from briefer.types import to_json

_SENDER = "briefer@localhost"
_HOUR = 7  # when a morning brief is for


def render_email(brief: Brief, folders: Sequence[Path]) -> bytes:
    """A message that a mail program opens and a mail server takes: CRLF, quoted-printable."""
    import css_inline

    view = view_of(brief)
    digest = hashlib.sha256(to_json(brief)).hexdigest()
    page = render_template("email.html", view, folders, card_cid=lambda n: _cid(digest, n))
    html = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(page)
    message = EmailMessage(policy=SMTP)
    message["From"] = f"briefer <{_SENDER}>"
    message["To"] = _SENDER
    message["Subject"] = _header(f"{brief.title}, {view.day}")
    day = datetime.datetime.fromisoformat(brief.date).replace(hour=_HOUR, tzinfo=datetime.UTC)
    message["Date"] = format_datetime(day)
    message["Message-ID"] = f"<{digest[:32]}@localhost>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Unsent"] = "1"  # mail programs open it as a draft, ready to be addressed
    message.set_content(text_of(view, folders), cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_briefer_{digest[32:56]}")
    part = message.get_body(("html",))
    for number, card in enumerate(view.cards, start=1):
        cid = _cid(digest, number)
        if card.points and isinstance(part, EmailMessage) and f"cid:{cid}" in html:
            from briefer.rendering.charts import png_of

            part.add_related(
                png_of([point.drawn for point in card.points]), "image", "png", cid=f"<{cid}>", disposition="inline", filename=f"chart-{number}.png",
            )  # fmt: skip
            part.set_boundary(f"=_related_{digest[32:56]}")
            part.set_param("type", "text/html")
    return message.as_bytes()


def _cid(digest: str, number: int) -> str:
    return f"chart-{number}.{digest[:16]}@localhost"


def _header(text: str) -> str:
    """Nothing from outside may end a header line and begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
