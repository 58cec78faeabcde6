"""Sending a brief: made, checked and noted before, sent once to each recipient, noted after."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence

from briefer.brief import Brief
from briefer.delivery import Answer, Server, send_message
from briefer.errors import UsageError
from briefer.rendering.email import bare_address, checked_envelope
from briefer.rendering.look import Envelope
from briefer.store import Store
from briefer.types import Value, to_json


class Plan(Value, frozen=True):
    """Who is to get a brief, who has it already, and of whom it is not known."""

    waiting: tuple[str, ...]
    sent: tuple[str, ...]
    unknown: tuple[str, ...]


def digest_of(brief: Brief) -> str:
    """SHA-256 of a brief, by which its deliveries are kept."""
    return hashlib.sha256(to_json(brief)).hexdigest()


def envelope_of(
    sender: str,
    to: Iterable[str],
    cc: Iterable[str],
    *,
    reply_to: str = "",
    unsubscribe: Iterable[str] = (),
    pdf: bool = True,
) -> Envelope:
    """The envelope, each recipient once, every address checked.

    Raises:
        UsageError: nobody to send to, no sender, or an address that is none.
    """
    seen: set[str] = set()

    def new(mailboxes: Iterable[str]) -> tuple[str, ...]:
        found = []
        for box in mailboxes:
            bare = bare_address(box).lower()
            if bare not in seen:
                seen.add(bare)
                found.append(box)
        return tuple(found)

    envelope = Envelope(sender, new(to), new(cc), reply_to, tuple(unsubscribe), pdf)
    if not envelope.to:
        raise UsageError("there is nobody to send it to", hint="Give --to, or to under [delivery] in briefer.toml")  # fmt: skip
    if not sender:
        raise UsageError("there is no sender", hint="Give --from, or from under [delivery] in briefer.toml")  # fmt: skip
    return checked_envelope(envelope)


def plan_of(brief: Brief, envelope: Envelope, store: Store, *, again: bool) -> Plan:
    """Who of an envelope is still to get the brief.

    Args:
        brief: the brief.
        envelope: from whom, to whom.
        store: where deliveries are noted.
        again: everybody, whatever is noted.
    """
    everybody = [bare_address(box) for box in (*envelope.to, *envelope.cc)]
    if again:
        return Plan(tuple(everybody), (), ())
    noted = store.deliveries(digest_of(brief))
    states = {who: noted[who.lower()].state if who.lower() in noted else "refused" for who in everybody}  # fmt: skip
    of = {state: tuple(who for who in everybody if states[who] == state) for state in ("refused", "sent", "sending")}  # fmt: skip
    return Plan(of["refused"], of["sent"], of["sending"])


def send_brief(
    brief: Brief,
    data: bytes,
    envelope: Envelope,
    waiting: Sequence[str],
    server: Server,
    password: str,
    store: Store,
    *,
    say: Callable[[str], None],
) -> tuple[Answer, ...]:
    """Send a finished message to those who wait for it; noted before and after.

    Raises:
        StoreError: it cannot be noted; nothing was sent.
        DeliveryError: the server cannot be used; nothing was sent.
    """
    digest = digest_of(brief)
    store.note_deliveries(digest, [(who, "sending", "") for who in waiting])
    answers: tuple[Answer, ...] = ()
    try:
        answers = send_message(data, bare_address(envelope.sender), waiting, server, password, say=say, sleep=time.sleep)  # fmt: skip
    except Exception as error:
        # Raised before a message is begun; a stop in the middle leaves "sending", since nobody knows.
        store.note_deliveries(digest, [(who, "refused", str(error)[:300]) for who in waiting])
        raise
    store.note_deliveries(
        digest, [(a.recipient, "sent" if a.is_sent else "refused", a.words) for a in answers]
    )
    return answers
