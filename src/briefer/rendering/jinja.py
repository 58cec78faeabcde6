"""HTML, Markdown and text by Jinja: strict about what is undefined, escaped for the format."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from briefer.brief import Brief
from briefer.errors import TemplateError
from briefer.limits import TookTooLongError, time_limit
from briefer.rendering.charts import svg_for_page
from briefer.rendering.cuts import figure_text
from briefer.rendering.look import Look
from briefer.rendering.view import BriefView, view_of
from briefer.resources import search_path

_COLUMNS = 76
_BUILT_IN: Final = "!builtin"  # "!builtin/brief.html" is ours, whatever stands before it
_SECONDS: Final = 20.0
_MOST: Final = 20_000_000  # characters that a template may print, or a text in it may have


def render_html(brief: Brief, look: Look) -> bytes:
    """The page: one self-contained file, from ``brief.html``."""
    view = view_of(brief, charts=True, brand=look.brand, home=look.home)
    return render_template("brief.html", view, look.folders).encode("utf-8")


def render_markdown(brief: Brief, look: Look) -> bytes:
    """CommonMark with front matter and foot notes, from ``brief.md``."""
    view = view_of(brief, brand=look.brand)
    return _without_gaps(render_template("brief.md", view, look.folders)).encode("utf-8")


def render_text(brief: Brief, look: Look) -> bytes:
    """Plain text at 76 columns, from ``email.txt``."""
    return text_of(view_of(brief, brand=look.brand), look).encode("utf-8")


def text_of(view: BriefView, look: Look, unsubscribe: Sequence[str] = ()) -> str:
    """The plain text that is both ``-f txt`` and the plain part of the e-mail."""
    return _without_gaps(
        render_template("email.txt", view, look.folders, unsubscribe=tuple(unsubscribe))
    )


def render_template(name: str, view: BriefView, folders: Sequence[Path], **more: object) -> str:
    """Fill one template with a brief; see `render_named`."""
    return render_named(name, folders, brief=view, **more)


def render_named(name: str, folders: Sequence[Path], **values: object) -> str:
    """Fill one template, in limited time and space.

    Raises:
        TemplateError: no folder has it, or it fails; names the file and line.
    """
    environment = environment_for(folders)
    try:
        with time_limit(_SECONDS):
            return _joined(environment.get_template(name).generate(**values))
    except jinja2.TemplateNotFound as error:
        raise TemplateError(
            f"there is no template {error.name!r}",
            hint="Looked in: " + ", ".join(str(p) for p in search_path("templates", folders)),
        ) from error
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"the template is not valid ({error.message})",
            where=f"{error.filename or error.name}:{error.lineno}",
            hint="Mend it, or remove it to get the package's own",
        ) from error
    except TookTooLongError as error:
        raise TemplateError(
            f"the template was not done after {_SECONDS:g} seconds",
            where=_template_line(error) or name,
            hint="Look for a loop in a loop",
        ) from error
    # A template is a program of the user's: whatever it raises is its own fault, and said so.
    except Exception as error:
        raise TemplateError(
            f"the template failed ({type(error).__name__}: {error})",
            where=_template_line(error) or name,
            hint="docs/templates.md lists what a template may use",
        ) from error


def _joined(pieces: Iterable[str]) -> str:
    found: list[str] = []
    room = _MOST
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise OverflowError(f"it prints more than {_MOST:,} characters")
        found.append(piece)
    return "".join(found)


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which no text can be multiplied until memory ends."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        sizes = [len(x) for x in (left, right) if isinstance(x, str | list | tuple)]
        times = [abs(x) for x in (left, right) if isinstance(x, int | float)]
        if (sizes and times and sizes[0] * times[0] > _MOST) or (operator == "**" and max(times, default=0) > 1000):  # fmt: skip
            raise OverflowError(f"{operator!r} would give more than {_MOST:,} characters")
        return super().call_binop(context, operator, left, right)


def environment_for(folders: Sequence[Path]) -> jinja2.Environment:
    """Sandboxed environment: undefined names are errors, ``.html`` is escaped; templates are compiled once, and again when they change."""
    return _environment(tuple(search_path("templates", folders)))


@lru_cache(maxsize=8)
def _environment(places: tuple[Path, ...]) -> jinja2.Environment:
    environment = _Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader([str(p) for p in places]),
                jinja2.PrefixLoader({_BUILT_IN: jinja2.FileSystemLoader(str(places[-1]))}),
            ]
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["markdown"] = escape_markdown
    environment.filters["wrapped"] = wrapped
    environment.filters["figure"] = figure_text
    environment.filters["page_svg"] = _page_svg
    environment.filters["yaml"] = quoted_yaml
    return environment


def quoted_yaml(text: str) -> str:
    """A text as a YAML string in double quotes; JSON's are YAML's too."""
    return json.dumps(text, ensure_ascii=False)


def _page_svg(svg: str) -> Markup:
    """A chart of ours as markup; every label in it was escaped when it was drawn."""
    return Markup(svg_for_page(svg))  # drawn by charts.py, which escapes the labels


def escape_markdown(text: str) -> str:
    r"""Make a text literal in Markdown: each character that could mean something gets a ``\``."""
    flat = " ".join(text.split())
    escaped = re.sub(r"([\\`*_{}\[\]<>|~&$#])", r"\\\1", flat)
    # At the start of a line these open headings, lists and quotes; inside they are harmless.
    return re.sub(r"^(?=[#+=-])|^(\d{1,9})(?=[.)])", lambda m: (m[1] or "") + "\\", escaped)


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Fold a text at 76 columns; ``first`` and ``rest`` are put before the lines."""
    lines = textwrap.wrap(
        " ".join(text.split()),
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) or first.rstrip()


def _without_gaps(text: str) -> str:
    """At most one blank line in a row, no space at line ends, one line end at the end."""
    tidy = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", tidy).strip() + "\n"


def _template_line(error: BaseException) -> str:
    """File and line of the template that an error came from: the innermost one in its traceback."""
    found = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "__jinja_template__" in trace.tb_frame.f_globals or name.endswith(
            (".html", ".md", ".txt")
        ):
            found = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
