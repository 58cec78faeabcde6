"""``briefer send``: a brief by e-mail, into a folder, or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from briefer.cli_store import StorePath, open_store
from briefer.talk import talk

_NOTHING_DONE, _SOME_FAILED = 1, 3


def send(
    context: typer.Context,
    brief: Annotated[Path, typer.Argument(help="A brief.json that `briefer make` wrote.")],
    to: Annotated[list[str] | None, typer.Option("--to", help="A recipient; may be given again.")] = None,
    cc: Annotated[list[str] | None, typer.Option("--cc", help="One who gets a copy; may be given again.")] = None,
    sender: Annotated[str | None, typer.Option("--from", help="Whom it comes from.")] = None,
    server: Annotated[str | None, typer.Option("--server", help="Mail server, HOST or HOST:PORT.")] = None,
    security: Annotated[
        Literal["starttls", "tls", "none"] | None,
        typer.Option("--security", help="How the connection is encrypted."),
    ] = None,
    user: Annotated[str | None, typer.Option("--user", help="Name to log in with; the password comes from BRIEFER_SMTP_PASSWORD, a command or the keyring.")] = None,
    pdf: Annotated[bool | None, typer.Option("--pdf/--no-pdf", help="Attach the PDF.")] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write the message into this folder; nothing is sent.")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the message; nothing is sent.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; nothing is sent.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also to those who have this brief already.")] = False,
    template: Annotated[Path | None, typer.Option("-t", "--template", envvar="BRIEFER_TEMPLATES", help="Folder whose templates win over briefer's own.")] = None,
    store: StorePath = None,
) -> None:  # fmt: skip
    """Send a brief: by SMTP, once to each recipient; or put the message into a folder or out."""
    import msgspec

    from briefer.pipeline import load_brief
    from briefer.sending import envelope_of

    config = context.obj
    table = config.delivery
    said = {"sender": sender, "to": tuple(to) if to else None, "cc": tuple(cc) if cc else None, "server": server, "security": security, "user": user, "pdf": pdf}  # fmt: skip
    table = msgspec.structs.replace(table, **{k: v for k, v in said.items() if v is not None})
    loaded = load_brief(brief)
    envelope = envelope_of(table.sender, table.to, table.cc, reply_to=table.reply_to, unsubscribe=table.unsubscribe, pdf=table.pdf)  # fmt: skip
    with open_store(store, must=not (dry_run or stdout or save)) as kept:
        raise typer.Exit(deliver(context, loaded, envelope, table, kept, template=template, save=save, stdout=stdout, dry_run=dry_run, again=again))  # fmt: skip


def deliver(
    context: typer.Context, brief: object, envelope: object, table: object, store: object, *,
    template: Path | None = None, save: Path | None = None, stdout: bool = False, dry_run: bool = False, again: bool = False,
) -> int:  # fmt: skip
    """Make the message, check it, and hand it over as asked; the exit code."""
    from briefer import options
    from briefer.brief import Brief
    from briefer.config import DeliveryTable
    from briefer.delivery import password_of, server_of
    from briefer.errors import UsageError
    from briefer.pipeline import render_all
    from briefer.rendering.look import Envelope
    from briefer.sending import plan_of, send_brief
    from briefer.store import Store

    assert isinstance(brief, Brief)
    assert isinstance(envelope, Envelope)
    assert isinstance(table, DeliveryTable)
    assert isinstance(store, Store)
    look = options.look_of(context.obj, template)._replace(envelope=envelope)
    rendered = render_all(brief, ["eml"], look)["eml"]
    for note in rendered.notes:
        talk.say(f"eml: {note}")
    if stdout:
        sys.stdout.buffer.write(rendered.data)
        return 0
    if save is not None:
        print(_saved(rendered.data, save, brief.date))
        return 0
    plan = plan_of(brief, envelope, store, again=again)
    for who in plan.sent:
        talk.say(f"{who} has this brief already; --again sends it once more.")
    for who in plan.unknown:
        talk.say(f"{who} may have this brief: a run was stopped while it was being sent. --again sends it once more.")  # fmt: skip
    if not table.server:
        raise UsageError("there is no mail server", hint="Give --server, or server under [delivery] in briefer.toml; --save FOLDER writes the message")  # fmt: skip
    server = server_of(table.server, table.security, table.user)
    if dry_run:
        print(f"Would send {len(rendered.data):,} bytes from {envelope.sender} by {server.host}:{server.port} ({server.security}) to:")  # fmt: skip
        print("\n".join(f"  {who}" for who in plan.waiting) or "  nobody")
        return 0
    if not plan.waiting:
        return _NOTHING_DONE if plan.unknown else 0
    password = password_of(table) if table.user else ""
    answers = send_brief(brief, rendered.data, envelope, plan.waiting, server, password, store, say=talk.say)  # fmt: skip
    for answer in answers:
        if answer.is_sent:
            print(f"sent to {answer.recipient}")
        else:
            code = f"{answer.code} " if answer.code else ""
            print(f"briefer: {answer.recipient}: not sent ({code}{answer.words}). The same command tries again.", file=sys.stderr)  # fmt: skip
    n_sent = sum(answer.is_sent for answer in answers)
    return 0 if n_sent == len(answers) else _SOME_FAILED if n_sent else _NOTHING_DONE


def _saved(data: bytes, folder: Path, date: str) -> Path:
    from briefer.files import write_atomically

    path = folder / f"brief-{date[:10]}.eml"
    write_atomically(path, data)
    return path
