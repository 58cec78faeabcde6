"""``briefer make`` and ``briefer render``: a brief in every format."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from briefer import options
from briefer.cli_options import (
    NOTHING_DONE,
    OK,
    Bullets,
    Folder,
    Formats,
    ModelName,
    Plain,
    Rules,
    RuntimeName,
    Sources,
    Templates,
    complain,
    exit_code,
    report_failures,
    report_written,
    sources_of,
    tell,
)
from briefer.cli_send import deliver
from briefer.cli_store import StorePath, index_beside, open_store
from briefer.talk import talk


def make(
    context: typer.Context,
    sources: Sources = None,
    output: Folder = Path("brief"),
    formats: Formats = options.DEFAULT_FORMATS,
    date: Annotated[
        str | None, typer.Option(help="Day of the brief, YYYY-MM-DD; today if not given.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(envvar="BRIEFER_ZONE", help="Time zone of the brief, such as Asia/Seoul; else this machine's."),
    ] = None,
    title: Annotated[str, typer.Option(envvar="BRIEFER_TITLE", help="Title of the masthead.")] = "Morning brief",
    tlp: Annotated[
        str | None,
        typer.Option(envvar="BRIEFER_TLP", help="Label of the Traffic Light Protocol: RED, AMBER+STRICT, AMBER, GREEN, CLEAR."),
    ] = None,
    bullets: Bullets = 3,
    model: ModelName = "all-MiniLM-L6-v2",
    template: Templates = None,
    runtime: RuntimeName = "ctranslate2",
    plain: Plain = False,
    rules: Rules = False,
    store: StorePath = None,
    and_send: Annotated[
        bool, typer.Option("--send", help="Send it as briefer.toml says under [delivery].")
    ] = False,
    if_running: Annotated[
        Literal["wait", "leave"],
        typer.Option("--if-running", help="What to do while another run makes a brief in the same folder."),
    ] = "wait",
) -> None:  # fmt: skip
    """Make a brief from sources and write it in every format asked for."""
    from briefer.rendering import find_renderer
    from briefer.running import OtherRunError, only_run

    wanted = options.formats_of(formats)
    for name in wanted:
        find_renderer(name)
    label = options.tlp_of(tlp)
    look = options.look_of(context.obj, template)
    if context.obj.delivery.sender and context.obj.delivery.to:
        look = look._replace(envelope=envelope_of_config(context))
    zone_name, today = options.zone_of(zone)
    day = options.day_of(date) if date else today
    masthead = {"title": title, "date": day, "zone": zone_name, "tlp": label}
    given = sources_of(context, sources)
    envelope = envelope_of_config(context) if and_send else None
    try:
        with (
            only_run(output, waits=if_running == "wait", say=talk.say),
            open_store(store, must=and_send) as kept,
        ):
            outcomes, brief = _made(
                given, kept, masthead, model, runtime, bullets, plain=plain, rules=rules
            )
            from briefer import pipeline

            rendered = pipeline.render_all(brief, wanted, look)
            paths = pipeline.write_brief(brief, rendered, output, kept)
            report_written(rendered, paths)
            _index(outcomes, store)
            code = exit_code(outcomes)
            if envelope is not None:
                sent = deliver(
                    context, brief, envelope, context.obj.delivery, kept, template=template
                )
                code = sent or code
    except OtherRunError:
        talk.say(f"Another run is making a brief in {output}; this one leaves it to that.")
        code = OK
    raise typer.Exit(code)


def _made(
    sources: list[str], kept: Any, masthead: dict[str, Any], model: str, runtime: Any, bullets: int, *,
    plain: bool, rules: bool,
) -> Any:  # fmt: skip
    """Read, summarise and assemble; the outcomes and the brief."""
    from briefer import pipeline
    from briefer.briefing import make_brief

    settings = pipeline.settings_for(model, runtime, bullets, rules_only=rules)
    found = pipeline.outcomes_of(sources, settings, say=talk.say, store=kept, plain=plain)
    outcomes = []
    with contextlib.closing(found):
        for outcome in talk.with_progress(found, "Reading"):
            outcomes.append(outcome)
            tell(outcome)
    report_failures(outcomes)
    if not any(outcome.summary for outcome in outcomes):
        complain("there is nothing to make a brief of; nothing was written")
        raise typer.Exit(NOTHING_DONE)
    return outcomes, make_brief(outcomes, settings, **masthead)


def _index(outcomes: Any, store: Path | None) -> None:
    """Make what was read findable by `briefer search`; a brief matters more, so that a failure is only said."""
    from briefer.errors import SearchError
    from briefer.search import Index

    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        with contextlib.closing(Index(index_beside(store))) as index:
            index.see_to("make")
            for outcome in outcomes:
                if outcome.summary is not None:
                    # A source that was corrected takes the place of what it said before.
                    key = outcome.article.id if outcome.source.startswith("-") else outcome.source
                    index.put(key, [(outcome, ())], today)
    except SearchError as error:
        talk.say(f"briefer: {error} Going on without it.")


def render(
    context: typer.Context,
    brief: Annotated[Path, typer.Argument(help="A brief.json that `briefer make` wrote.")],
    formats: Formats = "html",
    output: Folder = Path("brief"),
    template: Templates = None,
) -> None:
    """Render a brief again, from its brief.json alone: no model, same bytes."""
    from briefer import pipeline

    look = options.look_of(context.obj, template)
    if context.obj.delivery.sender and context.obj.delivery.to:
        look = look._replace(envelope=envelope_of_config(context))
    loaded = pipeline.load_brief(brief)
    rendered = pipeline.render_all(loaded, options.formats_of(formats), look)
    paths = pipeline.write_brief(loaded, rendered, output, None)
    report_written(rendered, paths)


def envelope_of_config(context: typer.Context) -> Any:
    """Of the configuration, checked before the work begins."""
    from briefer.sending import envelope_of

    d = context.obj.delivery
    return envelope_of(
        d.sender, d.to, d.cc, reply_to=d.reply_to, unsubscribe=d.unsubscribe, pdf=d.pdf
    )
