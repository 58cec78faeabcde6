"""The brief as an e-mail message file (RFC 5322): plain text, a page, its pictures, and the PDF.

The same brief, look and recipients give the same bytes: Message-ID and boundaries come from their
content, the date is the brief's own, and no clock is read.
"""

from __future__ import annotations

import datetime
import hashlib
import zoneinfo
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any, Final

from briefer.brief import Brief
from briefer.errors import UsageError
from briefer.rendering.jinja import render_template, text_of
from briefer.rendering.look import Envelope, Look
from briefer.rendering.shortening import shortened
from briefer.rendering.view import BriefView, view_of
from briefer.types import to_json

_NOBODY: Final = "briefer@localhost"  # whom a draft is from and to
_HOUR: Final = 7  # when a morning brief is for
#: Gmail cuts a page off after 102 KB; bytes.
MOST_BYTES: Final = 100_000
WARN_BYTES: Final = 80_000
_ADDRESSES: Final = frozenset(["list-unsubscribe", "list-unsubscribe-post", "message-id"])


class _Policy(EmailPolicy):
    """SMTP's rules; headers that hold an address of the web are neither folded nor encoded.

    The library encodes a long one as words (cpython #85725), and no mail program undoes that.
    """

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}\r\n" if name.lower() in _ADDRESSES else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _ADDRESSES:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


# 76 columns: what quoted-printable may have (RFC 2045); the library takes it from here.
_POLICY: Final = _Policy(linesep="\r\n", max_line_length=76, cte_type="8bit")


def render_email(brief: Brief, look: Look, pdf: bytes | None) -> tuple[bytes, tuple[str, ...]]:
    """A message that a mail program opens and a mail server takes, and notes on its size.

    ``mixed(alternative(plain, related(html, png…)), pdf)``: CRLF, quoted-printable; a page over 100,000
    bytes leaves whole items to the PDF, if there is one.

    Raises:
        UsageError: an address of the envelope is none.
        TemplateError: a template is missing or fails.
    """
    envelope = checked_envelope(look.envelope)
    view = view_of(brief, brand=look.brand)
    digest = _digest(brief, envelope)
    page, notes = _page(view, look, digest)
    message = EmailMessage(policy=_POLICY)
    _put_headers(message, brief, view, envelope, digest)
    message.set_content(text_of(view, look, envelope.unsubscribe), cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for cid, name, picture in _pictures(view, look, digest):
        if f"cid:{cid}" in page:
            html.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename=name)  # fmt: skip
    if html.is_multipart():
        html.set_boundary(f"=_related_{digest[32:56]}")
        html.set_param("type", "text/html")
    message.set_boundary(f"=_briefer_{digest[32:56]}")
    if pdf is not None:
        message.add_attachment(pdf, "application", "pdf", filename=f"brief-{brief.date[:10]}.pdf")
        message.set_boundary(f"=_mixed_{digest[32:56]}")
    return message.as_bytes(), notes


def checked_envelope(envelope: Envelope) -> Envelope:
    """The envelope, every address of it sound.

    Raises:
        UsageError: one is not.
    """
    mailboxes = (envelope.sender, envelope.reply_to, *envelope.to, *envelope.cc)
    for mailbox in filter(None, mailboxes):
        _address(mailbox)
    for target in envelope.unsubscribe:
        if not target.startswith(("https://", "mailto:")) or not target.isascii() or any(c in target for c in "<>, \r\n\t"):  # fmt: skip
            raise UsageError(f"{target!r} is no address to unsubscribe at", hint="Give one that begins with https: or mailto:")  # fmt: skip
    return envelope


def bare_address(mailbox: str) -> str:
    """``Desk <desk@velland.example>`` as ``desk@velland.example``, for the envelope of SMTP.

    Raises:
        UsageError: it is no mailbox.
    """
    return _address(mailbox).addr_spec


def _address(mailbox: str) -> Address:
    name, spec = parseaddr(mailbox)
    user, _, domain = spec.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    spec = f"{user}@{domain}"
    good = user and domain and spec.isascii() and spec.isprintable() and not any(c.isspace() for c in spec)  # fmt: skip
    # A second mailbox behind a comma would be lost without a word.
    if not good or ("," in mailbox and "," not in name) or not mailbox.isprintable():
        raise UsageError(f"{mailbox!r} is no mail address", hint="Write name@example.org, or Name <name@example.org>")  # fmt: skip
    try:
        return Address(name, user, domain)
    except (ValueError, IndexError) as error:
        raise UsageError(f"{mailbox!r} is no mail address ({error})", hint="Write name@example.org") from error  # fmt: skip


def _digest(brief: Brief, envelope: Envelope) -> str:
    """Of what the message says and to whom, so that another recipient's message is another one."""
    digest = hashlib.sha256(to_json(brief))
    digest.update(to_json(envelope))
    return digest.hexdigest()


def _put_headers(
    message: EmailMessage, brief: Brief, view: BriefView, envelope: Envelope, digest: str
) -> None:
    sender = _address(envelope.sender) if envelope.sender else Address("briefer", addr_spec=_NOBODY)
    message["From"] = sender
    message["To"] = [_address(box) for box in envelope.to] or _NOBODY
    if envelope.cc:
        message["Cc"] = [_address(box) for box in envelope.cc]
    if envelope.reply_to:
        message["Reply-To"] = _address(envelope.reply_to)
    label = f"[{view.tlp}] " if view.tlp else ""
    message["Subject"] = label + _header(f"{view.title}, {view.day}")
    message["Date"] = format_datetime(_moment(brief))
    message["Message-ID"] = f"<{digest[:32]}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        message["List-Unsubscribe"] = ", ".join(f"<{target}>" for target in envelope.unsubscribe)
        if any(target.startswith("https:") for target in envelope.unsubscribe):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if not envelope.to:
        message["X-Unsent"] = "1"  # mail programs open it as a draft, ready to be addressed


def _moment(brief: Brief) -> datetime.datetime:
    """Seven in the morning of the brief's day, in its own zone where the machine knows it."""
    try:
        zone: datetime.tzinfo = zoneinfo.ZoneInfo(brief.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        zone = datetime.UTC
    return datetime.datetime.fromisoformat(brief.date[:10]).replace(hour=_HOUR, tzinfo=zone)


def _page(view: BriefView, look: Look, digest: str) -> tuple[str, tuple[str, ...]]:
    """The page with its styles inlined, no longer than mail programs show, and a note on its size."""
    import css_inline

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
    last: list[tuple[BriefView, str]] = []  # the page of what was tried last is often the one

    def page_of(part: BriefView) -> str:
        if last and last[0][0] is part:
            return last[0][1]
        page = render_template(
            "email.html", part, look.folders, card_cid=lambda n: _cid(digest, n),
            logo_cid=_logo_cid(digest), unsubscribe=look.envelope.unsubscribe,
        )  # fmt: skip
        last[:] = [(part, inliner.inline(page))]
        return last[0][1]

    shown = view
    if look.envelope.pdf:
        shown = shortened(view, lambda part: _size(page_of(part)) <= MOST_BYTES)
    page = page_of(shown)
    size = _size(page)
    if shown.left_out:
        return page, (f"the page would be over {MOST_BYTES:,} bytes, where mail programs cut it off: {shown.left_out}",)  # fmt: skip
    if size > MOST_BYTES:
        return page, (f"the page has {size:,} bytes, and mail programs cut it off after {MOST_BYTES:,}",)  # fmt: skip
    return page, (f"the page has {size:,} bytes; from {MOST_BYTES:,} on mail programs cut it off",) if size > WARN_BYTES else ()  # fmt: skip


def _size(page: str) -> int:
    """Bytes of a page as it travels, with CRLF line ends."""
    return len(page.encode()) + page.count("\n")


def _pictures(view: BriefView, look: Look, digest: str) -> Iterator[tuple[str, str, bytes]]:
    """Content ID, file name and bytes of every picture that the page may show."""
    if look.brand.logo is not None:
        yield _logo_cid(digest), "logo.png", look.brand.logo.data
    for number, card in enumerate(view.cards, start=1):
        if card.points:
            from briefer.rendering.charts import png_of

            yield _cid(digest, number), f"chart-{number}.png", png_of([p.drawn for p in card.points])  # fmt: skip


def _cid(digest: str, number: int) -> str:
    return f"chart-{number}.{digest[:16]}@localhost"


def _logo_cid(digest: str) -> str:
    return f"logo.{digest[:16]}@localhost"


def _header(text: str) -> str:
    """Nothing from outside may end a header line and begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
