"""Rendering: a `Brief` becomes HTML, e-mail, PDF, Markdown, text or JSON, from itself alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from briefer.brief import Brief
from briefer.errors import UsageError
from briefer.rendering.look import Look
from briefer.types import to_json


class Rendered(NamedTuple):
    """A finished format: its bytes, and what could not be shown in it as it is."""

    data: bytes
    notes: tuple[str, ...] = ()


Renderer = Callable[[Brief, Look], Rendered]


def _html(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.jinja import render_html

    return Rendered(render_html(brief, look))


def _markdown(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.jinja import render_markdown

    return Rendered(render_markdown(brief, look))


def _text(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.jinja import render_text

    return Rendered(render_text(brief, look))


def _email(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.email import render_email

    if not look.envelope.pdf:
        return Rendered(*render_email(brief, look, None))
    pdf = _pdf(brief, look)
    data, notes = render_email(brief, look, pdf.data)
    return Rendered(data, (*pdf.notes, *notes))


def _pdf(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.pdf import render_pdf

    return Rendered(*render_pdf(brief, look))


def _docx(brief: Brief, look: Look) -> Rendered:
    from briefer.rendering.word import render_docx

    return Rendered(render_docx(brief, look))


def _json(brief: Brief, look: Look) -> Rendered:
    return Rendered(to_json(brief, indent=2) + b"\n")


#: Renderers by format name; each imports its library when first used.
RENDERERS: dict[str, Renderer] = {
    "html": _html,
    "pdf": _pdf,
    "eml": _email,
    "md": _markdown,
    "txt": _text,
    "docx": _docx,
    "json": _json,
}


#: Templates that a format is made from; the gate is strict with briefer's own.
_TEMPLATES = {
    "html": ("brief.html",), "pdf": ("brief.typ",), "eml": ("email.html", "email.txt", "brief.typ"), "md": ("brief.md",),
    "txt": ("email.txt",), "docx": (), "json": (),
}  # fmt: skip


#: Every template, and what it makes.
TEMPLATES = {
    "brief.html": "the page",
    "email.html": "page of the e-mail",
    "email.txt": "plain part of the e-mail, and -f txt",
    "brief.md": "Markdown",
    "brief.typ": "PDF",
    "site.html": "index of `briefer site`",
}


def pass_gate(name: str, data: bytes, brief: Brief, look: Look) -> None:
    """Read a finished format back and match its numbers with the sources.

    Raises:
        GateError: they do not match; says where.
    """
    from briefer.rendering.gate import check
    from briefer.rendering.readback import read_back
    from briefer.resources import is_own_template

    is_ours = all(is_own_template(template, look.folders) for template in _TEMPLATES.get(name, ()))
    for reading in read_back(name, data, brief, look):
        check(name, reading, brief, is_ours=is_ours)


def find_renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        UsageError: there is none; the message lists the known ones.
    """
    if name not in RENDERERS:
        raise UsageError(f"no format {name!r}", hint=f"Known: {', '.join(RENDERERS)}")
    return RENDERERS[name]
