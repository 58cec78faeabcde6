"""Rendering: a `Brief` becomes HTML, e-mail, PDF, Markdown, text or JSON, from itself alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from briefer.brief import Brief
from briefer.errors import UsageError
from briefer.types import to_json


class Rendered(NamedTuple):
    """A finished format: its bytes, and what could not be shown in it as it is."""

    data: bytes
    notes: tuple[str, ...] = ()


Renderer = Callable[[Brief, Sequence[Path]], Rendered]


def _html(brief: Brief, folders: Sequence[Path]) -> Rendered:
    from briefer.rendering.jinja import render_html

    return Rendered(render_html(brief, folders))


def _markdown(brief: Brief, folders: Sequence[Path]) -> Rendered:
    from briefer.rendering.jinja import render_markdown

    return Rendered(render_markdown(brief, folders))


def _text(brief: Brief, folders: Sequence[Path]) -> Rendered:
    from briefer.rendering.jinja import render_text

    return Rendered(render_text(brief, folders))


def _email(brief: Brief, folders: Sequence[Path]) -> Rendered:
    from briefer.rendering.email import render_email

    return Rendered(render_email(brief, folders))


def _pdf(brief: Brief, folders: Sequence[Path]) -> Rendered:
    from briefer.rendering.pdf import render_pdf

    return Rendered(*render_pdf(brief, folders))


def _json(brief: Brief, folders: Sequence[Path]) -> Rendered:
    return Rendered(to_json(brief, indent=2) + b"\n")


#: Renderers by format name; each imports its library when first used.
RENDERERS: dict[str, Renderer] = {
    "html": _html,
    "pdf": _pdf,
    "eml": _email,
    "md": _markdown,
    "txt": _text,
    "json": _json,
}


#: Templates that a format is made from; the gate is strict with briefer's own.
_TEMPLATES = {
    "html": ("brief.html",), "pdf": ("brief.typ",), "eml": ("email.html", "email.txt"), "md": ("brief.md",),
    "txt": ("email.txt",), "json": (),
}  # fmt: skip


def pass_gate(name: str, data: bytes, brief: Brief, folders: Sequence[Path]) -> None:
    """Read a finished format back and match its numbers with the sources.

    Raises:
        GateError: they do not match; says where.
    """
    from briefer.rendering.gate import check
    from briefer.rendering.readback import read_back
    from briefer.resources import is_own_template

    is_ours = all(is_own_template(template, folders) for template in _TEMPLATES.get(name, ()))
    for reading in read_back(name, data, brief):
        check(name, reading, brief, is_ours=is_ours)


def find_renderer(name: str) -> Renderer:
    """The renderer of a format.

    Raises:
        UsageError: there is none; the message lists the known ones.
    """
    if name not in RENDERERS:
        raise UsageError(f"no format {name!r}", hint=f"Known: {', '.join(RENDERERS)}")
    return RENDERERS[name]
