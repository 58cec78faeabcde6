"""`briefer send` against SMTP servers on loopback: what they receive, refuse, put off and break off."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from briefer.config import DeliveryTable
from briefer.delivery import Server, password_of, send_message, server_of
from briefer.errors import DeliveryError, StoreError, UsageError
from briefer.rendering import find_renderer
from briefer.rendering.look import Look
from briefer.sending import digest_of, envelope_of, plan_of, send_brief
from briefer.store import Store
from briefer.types import to_json

from .briefs import example_brief
from .conftest import Run

WHO = ("one@velland.example", "two@velland.example", "three@velland.example")


class Handler:
    """Keeps what it is given; answers as it is told, one answer a time and then the last for ever."""

    def __init__(self, *, rcpt: dict[str, list[str]] | None = None, data: Sequence[str] = ("250 kept",)) -> None:  # fmt: skip
        self.rcpt = rcpt or {}
        self.data = list(data)
        self.kept: list[Envelope] = []
        self.n_data = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd's name  # fmt: skip
        answers = self.rcpt.get(address, [])
        answer = answers.pop(0) if len(answers) > 1 else (answers or ["250 OK"])[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # fmt: skip
        self.n_data += 1
        answer = self.data.pop(0) if len(self.data) > 1 else self.data[0]
        if answer == "break off":
            assert server.transport is not None
            server.transport.abort()
            return "250 nobody hears it"
        if answer.startswith("250"):
            self.kept.append(envelope)
        return answer


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Running:
    """A server in a thread, on a port of its own."""

    def __init__(self, handler: Any, ssl_context: ssl.SSLContext | None = None, **options: Any) -> None:  # fmt: skip
        self.loop = asyncio.new_event_loop()
        making = self.loop.create_server(lambda: SMTP(handler, loop=self.loop, **options), "127.0.0.1", 0, ssl=ssl_context)  # fmt: skip
        self.server = self.loop.run_until_complete(making)
        self.port: int = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        async def end() -> None:
            self.server.close()
            mine = asyncio.current_task()
            for task in asyncio.all_tasks():
                if task is not mine:
                    task.cancel()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start(handler: Any, **options: Any) -> Running:
        running.append(Running(handler, **options))
        return running[-1]

    yield start
    for server in running:
        server.stop()


def send(port: int, *, who: Sequence[str] = WHO, security: Any = "none", data: bytes = b"Subject: x\r\n\r\n.a\r\n", **more: Any) -> Any:  # fmt: skip
    pauses: list[float] = []
    said: list[str] = []
    server = Server(more.pop("host", "127.0.0.1"), port, security, more.pop("user", ""))
    answers = send_message(data, "desk@velland.example", who, server, more.pop("password", ""), say=said.append, sleep=pauses.append, **more)  # fmt: skip
    return answers, pauses, said


def test_08_the_server_receives_the_saved_message_byte_for_byte(serve: Any, run: Run, tmp_path: Path) -> None:  # fmt: skip
    handler = Handler()
    port = serve(handler).port
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    common = ("--from", "Desk <desk@velland.example>", "--to", WHO[0], "--cc", f"Two <{WHO[1]}>")
    saved = run("send", "brief.json", *common, "--save", "outbox")
    assert saved.returncode == 0, saved.stderr
    sent = run("send", "brief.json", *common, "--server", f"127.0.0.1:{port}", "--security", "none")
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout == f"sent to {WHO[0]}\nsent to {WHO[1]}\n"
    assert handler.kept[0].content == (tmp_path / "outbox" / "brief-2026-03-05.eml").read_bytes()
    assert handler.kept[0].mail_from == "desk@velland.example"
    assert handler.kept[0].rcpt_tos == [WHO[0], WHO[1]]


def test_a_line_that_begins_with_a_point_survives(serve: Any) -> None:
    handler = Handler()
    data = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\nend\r\n"
    send(serve(handler).port, data=data)
    assert handler.kept[0].content == data


def test_the_same_brief_is_not_sent_twice_unless_asked(serve: Any, run: Run, tmp_path: Path) -> None:  # fmt: skip
    handler = Handler()
    port = serve(handler).port
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    common = ("send", "brief.json", "--from", "d@v.example", "--server", f"127.0.0.1:{port}", "--security", "none")  # fmt: skip
    assert run(*common, "--to", WHO[0]).returncode == 0
    second = run(*common, "--to", WHO[0].upper().replace("EXAMPLE", "example"), "--to", WHO[1])
    assert second.stdout == f"sent to {WHO[1]}\n"
    assert "has this brief already; --again" in second.stderr
    third = run(*common, "--to", WHO[0])
    assert (third.returncode, third.stdout) == (0, "")
    assert run(*common, "--to", WHO[0], "--again").stdout == f"sent to {WHO[0]}\n"
    assert [envelope.rcpt_tos for envelope in handler.kept] == [[WHO[0]], [WHO[1]], [WHO[0]]]


def test_a_partial_refusal_is_reported_by_recipient_and_only_he_is_tried_again(serve: Any, run: Run, tmp_path: Path) -> None:  # fmt: skip
    handler = Handler(rcpt={WHO[1]: ["550 5.1.1 no such mailbox", "250 OK"]})
    port = serve(handler).port
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    common = ("send", "brief.json", "--from", "d@v.example", "--server", f"127.0.0.1:{port}", "--security", "none", *[w for who in WHO for w in ("--to", who)])  # fmt: skip
    first = run(*common)
    assert first.returncode == 3
    assert first.stdout == f"sent to {WHO[0]}\nsent to {WHO[2]}\n"
    assert f"{WHO[1]}: not sent (550 5.1.1 no such mailbox)" in first.stderr
    second = run(*common)
    assert (second.returncode, second.stdout) == (0, f"sent to {WHO[1]}\n")
    assert handler.kept[1].rcpt_tos == [WHO[1]]
    # Another recipient's bytes would be others: these are the same.
    assert handler.kept[0].content == handler.kept[1].content


def test_what_is_put_off_is_tried_again_and_what_is_refused_is_not(serve: Any) -> None:
    handler = Handler(rcpt={WHO[0]: ["451 greylisted", "250 OK"], WHO[1]: ["550 no"]})
    answers, pauses, said = send(serve(handler).port)
    assert [answer.code for answer in answers] == [250, 550, 250]
    assert pauses == [5.0]
    assert "greylisted. Trying again in 5 seconds" in said[0]
    assert [envelope.rcpt_tos for envelope in handler.kept] == [[WHO[2]], [WHO[0]]]


def test_a_server_that_always_puts_off_is_given_up(serve: Any) -> None:
    answers, pauses, _ = send(serve(Handler(data=["452 disk full"])).port, who=WHO[:1])
    assert (answers[0].code, answers[0].words) == (452, "disk full")
    assert pauses == [5.0, 30.0, 120.0]


def test_a_message_that_is_refused_is_not_sent_again(serve: Any) -> None:
    handler = Handler(data=["554 5.7.1 spam"])
    answers, pauses, _ = send(serve(handler).port)
    assert {answer.code for answer in answers} == {554}
    assert (pauses, handler.n_data) == ([], 1)


def test_a_server_that_breaks_off_in_the_middle_is_tried_again(serve: Any) -> None:
    handler = Handler(data=["break off", "250 kept"])
    answers, pauses, said = send(serve(handler).port)
    assert all(answer.is_sent for answer in answers)
    assert pauses == [5.0]
    assert "broke off" in said[0] or "connection failed" in said[0]


def test_a_server_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        answers, pauses, _ = send(port, who=WHO[:1], timeout=0.2, pauses=(1.0,))
    assert answers[0].code == 0
    assert "silent for 0.2 seconds" in answers[0].words
    assert pauses == [1.0]


def test_no_server_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    answers, _, _ = send(port, who=WHO[:1], pauses=())
    assert answers[0].code == 0
    assert "refused" in answers[0].words


def test_a_message_over_the_limit(serve: Any) -> None:
    handler = Handler()
    answers, pauses, _ = send(serve(handler, data_size_limit=1000).port, data=b"x" * 2000)
    assert {answer.code for answer in answers} == {552}
    assert "2,000 bytes, and 127.0.0.1 takes 1,000" in answers[0].words
    assert "--no-pdf" in answers[0].words
    assert (pauses, handler.n_data) == ([], 0)


# --- encryption and logging in --------------------------------------------------------------


@pytest.fixture(scope="module")
def contexts(authority: trustme.CA) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server called localhost, and of a client that trusts it."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


def log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:  # fmt: skip
    good = isinstance(given, LoginPassword) and given.login == b"desk" and given.password == "pä55".encode()  # fmt: skip
    return AuthResult(success=good, handled=False)


def test_starttls_and_login(serve: Any, contexts: Any) -> None:
    handler = Handler()
    controller = serve(handler, tls_context=contexts[0], require_starttls=True, authenticator=log_in, auth_required=True)  # fmt: skip
    answers, _, _ = send(controller.port, host="localhost", security="starttls", trust=contexts[1], user="desk", password="pä55")  # fmt: skip
    assert all(answer.is_sent for answer in answers)
    with pytest.raises(DeliveryError, match="does not take the user 'desk'") as caught:
        send(controller.port, host="localhost", security="starttls", trust=contexts[1], user="desk", password="wrong")  # fmt: skip
    assert "wrong" not in str(caught.value)
    assert len(handler.kept) == 1


def test_tls_from_the_first_byte(serve: Any, contexts: Any) -> None:
    handler = Handler()
    port = serve(handler, ssl_context=contexts[0]).port
    answers, _, _ = send(port, host="localhost", security="tls", trust=contexts[1])
    assert all(answer.is_sent for answer in answers)
    with pytest.raises(DeliveryError, match="no encrypted connection"):
        send(serve(handler).port, host="localhost", security="tls", trust=contexts[1])


def test_no_encryption_where_it_is_required(serve: Any) -> None:
    handler = Handler()
    with pytest.raises(DeliveryError, match="offers no encryption"):
        send(serve(handler).port, security="starttls")
    assert handler.kept == []


def test_a_certificate_that_nobody_vouches_for(serve: Any, contexts: Any) -> None:
    handler = Handler()
    controller = serve(handler, tls_context=contexts[0])
    with pytest.raises(DeliveryError, match="certificate is not to be trusted"):
        send(controller.port, host="localhost", security="starttls")
    with pytest.raises(DeliveryError, match="certificate is not to be trusted"):  # another name
        send(controller.port, host="127.0.0.1", security="starttls", trust=contexts[1])
    assert handler.kept == []


# --- the password --------------------------------------------------------------------------


def test_where_the_password_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OWN", "from the environment")
    assert password_of(DeliveryTable(user="u", password_env="OWN")) == "from the environment"  # a name  # fmt: skip
    command = ("printf", "%s\\nsecond line", "from a command")
    assert password_of(DeliveryTable(user="u", password_command=command)) == "from a command"
    monkeypatch.delenv("OWN")
    with pytest.raises(DeliveryError, match="Set OWN, or name"):
        password_of(DeliveryTable(user="u", password_env="OWN"))
    with pytest.raises(DeliveryError, match="gave none"):
        password_of(DeliveryTable(user="u", password_command=("false",)))
    with pytest.raises(DeliveryError, match="gave none"):
        password_of(DeliveryTable(user="u", password_command=(str(tmp_path / "nowhere"),)))
    (tmp_path / "keyring.py").write_text("def get_password(service, user):\n    return {('b', 'u'): 'kept'}.get((service, user))\n")  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    assert password_of(DeliveryTable(user="u", keyring="b")) == "kept"
    with pytest.raises(DeliveryError, match="keyring set c u"):
        password_of(DeliveryTable(user="u", keyring="c"))


def test_the_password_is_in_no_output_and_no_file(serve: Any, run: Run, tmp_path: Path) -> None:
    secret = "correct-horse-battery"
    port = serve(Handler(), authenticator=lambda *_: AuthResult(success=True), auth_require_tls=False).port  # fmt: skip
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    done = run("-v", "send", "brief.json", "--from", "d@v.example", "--to", WHO[0], "--server", f"127.0.0.1:{port}", "--security", "none", "--user", "desk", BRIEFER_SMTP_PASSWORD=secret)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert secret not in done.stdout + done.stderr
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]


# --- what is noted --------------------------------------------------------------------------


def test_a_run_that_was_stopped_while_sending_is_not_repeated_by_itself(tmp_path: Path) -> None:
    brief = example_brief()
    envelope = envelope_of("d@v.example", WHO, ())
    with Store(tmp_path / "s.sqlite3", print) as store:
        store.note_deliveries(digest_of(brief), [(WHO[0], "sending", ""), (WHO[1], "sent", "250")])
        plan = plan_of(brief, envelope, store, again=False)
        assert (plan.waiting, plan.sent, plan.unknown) == ((WHO[2],), (WHO[1],), (WHO[0],))
        assert plan_of(brief, envelope, store, again=True).waiting == WHO


def test_it_is_noted_before_and_after(tmp_path: Path, serve: Any) -> None:
    brief = example_brief()
    envelope = envelope_of("d@v.example", WHO[:1], ())
    data = find_renderer("eml")(brief, Look(envelope=envelope)).data
    seen: list[str] = []
    with Store(tmp_path / "s.sqlite3", print) as store:

        class Watching(Handler):
            async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # fmt: skip
                seen.append(store.deliveries(digest_of(brief))[WHO[0]].state)
                return await super().handle_DATA(server, session, envelope)

        port = serve(Watching()).port
        send_brief(brief, data, envelope, WHO[:1], Server("127.0.0.1", port, "none"), "", store, say=print)  # fmt: skip
        assert seen == ["sending"]
        noted = store.deliveries(digest_of(brief))[WHO[0]]
        assert noted.state == "sent"
        assert datetime.datetime.fromisoformat(noted.noted).tzinfo is not None
        # Nothing goes out that cannot be noted.
        store.close()
        with pytest.raises(StoreError):
            send_brief(brief, data, envelope, WHO[:1], Server("127.0.0.1", port, "none"), "", store, say=print)  # fmt: skip
        assert seen == ["sending"]


def test_a_server_that_cannot_be_used_leaves_nobody_in_doubt(tmp_path: Path, serve: Any) -> None:
    brief = example_brief()
    envelope = envelope_of("d@v.example", WHO[:1], ())
    with Store(tmp_path / "s.sqlite3", print) as store:
        server = Server("127.0.0.1", serve(Handler()).port, "starttls")
        with pytest.raises(DeliveryError):
            send_brief(brief, b"x", envelope, WHO[:1], server, "", store, say=print)
        assert plan_of(brief, envelope, store, again=False).waiting == WHO[:1]


def test_nothing_is_sent_by_a_dry_run_or_to_standard_output(run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    common = ("send", "brief.json", "--from", "d@v.example", "--to", WHO[0])
    dry = run(*common, "--server", "127.0.0.1:9", "--dry-run")
    assert dry.returncode == 0
    assert WHO[0] in dry.stdout
    assert "Would send" in dry.stdout
    out = run(*common, "--stdout")
    assert out.returncode == 0
    assert "List-" not in out.stdout
    assert out.stdout.startswith("From: d@v.example")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "nobody"], "'nobody' is no mail address"),
        ([], "there is nobody to send it to"),
        (["--to", "a@b.example"], "there is no mail server"),
        (["--to", "a@b.example", "--server", "x:y"], "'x:y' is no mail server"),
        (["--to", "a@b.example", "--server", "x:70000"], "is no mail server"),
    ],
)
def test_bad_requests(arguments: list[str], message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    done = run("send", "brief.json", "--from", "d@v.example", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_addresses_of_servers() -> None:
    assert server_of("mail.example", "tls", "") == Server("mail.example", 465, "tls")
    assert server_of("mail.example:2525", "none", "u") == Server("mail.example", 2525, "none", "u")
    assert server_of("[::1]", "starttls", "").host == "::1"
    assert server_of("[::1]:26", "starttls", "").port == 26
    with pytest.raises(UsageError):
        server_of(":25", "none", "")


def test_a_folder_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.json").write_bytes(to_json(example_brief()))
    (tmp_path / "file").write_text("x")
    done = run(
        "send", "brief.json", "--from", "d@v.example", "--to", WHO[0], "--save", "file/under"
    )
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
