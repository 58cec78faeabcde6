"""Handing an e-mail over by SMTP (RFC 5321): retried where the server says later, reported by recipient."""

from __future__ import annotations

import base64
import os
import shlex
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Sequence
from typing import Any, Final

from briefer.config import DeliveryTable, Security
from briefer.errors import DeliveryError, UsageError
from briefer.types import Value

_PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
_TIMEOUT: Final = 60.0  # seconds that a server may be silent
#: Seconds to wait before trying again what a server put off (4xx) or broke off.
PAUSES: Final = (5.0, 30.0, 120.0)
_COMMAND_SECONDS: Final = 60
_LOGGED_IN: Final = 235  # RFC 4954


class Server(Value, frozen=True):
    """Where a message is handed over."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""


class Answer(Value, frozen=True):
    """What became of one recipient: an SMTP code (0 where there was no answer) and its words."""

    recipient: str
    code: int
    words: str

    @property
    def is_sent(self) -> bool:
        """Whether the server has taken the message for him."""
        return 200 <= self.code < 300

    @property
    def may_be_tried(self) -> bool:
        """Whether trying again may help."""
        return self.code == 0 or 400 <= self.code < 500


def server_of(text: str, security: Security, user: str) -> Server:
    """``HOST`` or ``HOST:PORT`` (``[::1]:25`` for IPv6) as a server.

    Raises:
        UsageError: it is neither.
    """
    host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        host, port = text, str(_PORTS[security])
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536 or any(c.isspace() for c in host):  # fmt: skip
        raise UsageError(f"{text!r} is no mail server", hint="Write --server smtp.example.org:587, or server in briefer.toml")  # fmt: skip
    return Server(host, int(port), security, user)


def password_of(table: DeliveryTable) -> str:
    """The password, from a command, the keyring or the environment; never from a file of ours.

    Raises:
        DeliveryError: there is none.
    """
    if table.password_command:
        return _password_said_by(table.password_command)
    if table.keyring:
        return _password_in_keyring(table.keyring, table.user)
    found = os.environ.get(table.password_env, "")
    if not found:
        raise DeliveryError(
            f"there is no password for {table.user!r}",
            hint=f"Set {table.password_env}, or name password_command or keyring in briefer.toml",
        )
    return found


def _password_said_by(command: Sequence[str]) -> str:
    try:
        # The user's own command, without a shell.
        done = subprocess.run([*command], stdout=subprocess.PIPE, check=True, timeout=_COMMAND_SECONDS)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it failed or took too long"
        raise DeliveryError(f"the command for the password gave none ({reason})", where=shlex.join(command), hint="Run it by hand") from error  # fmt: skip
    return done.stdout.decode("utf-8", errors="replace").split("\n")[0].rstrip("\r")


def _password_in_keyring(service: str, user: str) -> str:
    try:
        import keyring
    except ImportError as error:
        raise DeliveryError("the keyring cannot be asked", hint="Install briefer[keyring]") from error  # fmt: skip
    found = keyring.get_password(service, user)
    if not found:
        raise DeliveryError(f"the keyring has no password for {user!r} under {service!r}", hint=f"Run `keyring set {service} {user}`")  # fmt: skip
    return str(found)


def send_message(
    data: bytes,
    sender: str,
    recipients: Sequence[str],
    server: Server,
    password: str,
    *,
    say: Callable[[str], None],
    sleep: Callable[[float], None],
    pauses: Sequence[float] = PAUSES,
    timeout: float = _TIMEOUT,
    trust: ssl.SSLContext | None = None,
) -> tuple[Answer, ...]:
    """Hand a message over; what the server puts off or breaks off is tried again, what it refuses is not.

    Args:
        data: the message, with CRLF line ends; sent byte for byte.
        sender: bare address that failures are returned to.
        recipients: bare addresses.
        server: whom to hand it to.
        password: of ``server.user``; unused without one.
        say: told of every pause.
        sleep: waits for so many seconds.
        pauses: before each further attempt.
        timeout: seconds of silence after which a server is given up.
        trust: whose certificates are believed; the system's if None.

    Returns:
        One answer a recipient, in order.

    Raises:
        DeliveryError: the server cannot be used at all: no such host, no TLS where it is required, a
            certificate that does not fit, a user name that it does not take.
    """
    answers: dict[str, Answer] = {}
    for pause in (0.0, *pauses):
        left = [r for r in recipients if r not in answers or answers[r].may_be_tried]
        if not left:
            break
        if pause:
            why = next((a.words for a in answers.values() if a.may_be_tried), "")
            say(f"{server.host}: {why}. Trying again in {pause:g} seconds.")
            sleep(pause)
        answers |= {a.recipient: a for a in _attempt(data, sender, left, server, password, timeout, trust)}  # fmt: skip
    return tuple(answers[r] for r in recipients)


def _attempt(
    data: bytes, sender: str, recipients: Sequence[str], server: Server, password: str,
    timeout: float, trust: ssl.SSLContext | None,
) -> list[Answer]:  # fmt: skip
    def all_of(code: int, words: str) -> list[Answer]:
        return [Answer(r, code, words) for r in recipients]

    try:
        with _connected(server, password, timeout, trust) as smtp:
            limit = int(smtp.esmtp_features.get("size") or 0)
            if limit and len(data) > limit:
                return all_of(552, f"the message has {len(data):,} bytes, and {server.host} takes {limit:,}: set pdf = false under [delivery], or --no-pdf")  # fmt: skip
            refused = smtp.sendmail(sender, [*recipients], data)
            return [Answer(r, *_words(refused[r])) if r in refused else Answer(r, 250, "sent") for r in recipients]  # fmt: skip
    except smtplib.SMTPRecipientsRefused as error:
        return [Answer(r, *_words(error.recipients.get(r, (0, b"no answer")))) for r in recipients]
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPHeloError, smtplib.SMTPConnectError) as error:  # fmt: skip
        return all_of(*_words((error.smtp_code, error.smtp_error)))
    except smtplib.SMTPServerDisconnected as error:
        # The library says "closed" of silence too.
        if isinstance(error.__context__, TimeoutError):
            return all_of(0, f"the server was silent for {timeout:g} seconds")
        return all_of(0, "the server broke off")
    except TimeoutError:
        return all_of(0, f"the server was silent for {timeout:g} seconds")
    except OSError as error:
        return all_of(0, f"the connection failed ({error.strerror or error})")


def _connected(server: Server, password: str, timeout: float, trust: ssl.SSLContext | None) -> Any:
    """A session that is encrypted if it has to be, and logged in if there is a user."""
    where = f"{server.host}:{server.port}"
    context = trust or ssl.create_default_context()
    try:
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)  # fmt: skip
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=timeout)
        try:
            smtp.ehlo()
            if server.security == "starttls":
                smtp.starttls(context=context)
                smtp.ehlo()
            if server.user:
                _log_in(smtp, server.user, password)
        except BaseException:
            smtp.close()
            raise
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"its certificate is not to be trusted ({error.verify_message})", where=where, hint="Nothing was sent. Ask whoever runs the server") from error  # fmt: skip
    except ssl.SSLError as error:
        raise DeliveryError(f"no encrypted connection could be made ({error.reason or error})", where=where, hint="Nothing was sent. security = tls is for port 465, starttls for 587") from error  # fmt: skip
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise smtplib.SMTPDataError(error.smtp_code, error.smtp_error) from error
        raise DeliveryError(f"it does not take the user {server.user!r} ({_words((error.smtp_code, error.smtp_error))[1]})", where=where, hint="Nothing was sent. See the user and the password") from error  # fmt: skip
    except smtplib.SMTPNotSupportedError as error:
        what = "it offers no encryption" if server.security == "starttls" and "STARTTLS" in str(error) else "it offers no login"  # fmt: skip
        raise DeliveryError(what, where=where, hint="Nothing was sent. security = none sends in the clear, if that is what you want") from error  # fmt: skip
    return smtp


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in; the library's own way knows ASCII only, and PLAIN is UTF-8 (RFC 4616)."""
    if (user + password).isascii() or "PLAIN" not in smtp.esmtp_features.get("auth", "").split():
        try:
            smtp.login(user, password)
        except UnicodeEncodeError as error:
            raise DeliveryError("the server takes no password with letters like these", hint="Nothing was sent. Change it to plain letters and digits") from error  # fmt: skip
        return
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = smtp.docmd("AUTH", f"PLAIN {secret}")
    if code != _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def _words(answer: tuple[int, bytes | str]) -> tuple[int, str]:
    code, said = answer
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    return code, " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300] or "refused"  # fmt: skip
