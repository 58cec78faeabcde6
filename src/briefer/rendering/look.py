"""How a brief is dressed: whose templates, whose brand, and to whom an e-mail goes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from briefer.brand import Brand
from briefer.types import Value


class Envelope(Value, frozen=True):
    """From whom an e-mail comes, to whom it goes, and how to end it.

    Attributes:
        sender: a mailbox (RFC 5322), such as ``Desk <desk@velland.example>``; empty for a draft.
        to, cc: mailboxes.
        reply_to: a mailbox, or empty.
        unsubscribe: addresses (``https:``, ``mailto:``) that end a subscription.
        pdf: whether the PDF is attached.
    """

    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    unsubscribe: tuple[str, ...] = ()
    pdf: bool = True


class Look(NamedTuple):
    """What renderers take besides the brief; a value, so that the same look gives the same bytes.

    Attributes:
        folders: of templates that win over briefer's own, first match wins.
        brand: the house style.
        envelope: of the e-mail.
        home: address of the archive that a page belongs to.
    """

    folders: tuple[Path, ...] = ()
    brand: Brand = Brand()
    envelope: Envelope = Envelope()
    home: str = ""
