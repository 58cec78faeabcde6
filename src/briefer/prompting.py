"""Prompts: files that the user may replace, filled strictly and in a sandbox."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from briefer.errors import TemplateError
from briefer.resources import search_path

#: What prompts there are, and what each is for.
PROMPTS: Final = {
    "bullets": "asks for the bullets of an article, or of a part of one",
    "merge": "asks for the bullets of a long article, from those of its parts",
    "retry": "follows a prompt whose answer was not of the form asked for",
}
_LONGEST: Final = 20_000  # characters of a prompt's file
_HINT: Final = "Mend it, or remove it to get briefer's own (`briefer prompts path NAME`)"


class Prompt(NamedTuple):
    """A prompt as it is found.

    Attributes:
        name: without its extension.
        path: the file.
        source: its text, not filled yet.
    """

    name: str
    path: Path
    source: str

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that stand for its text."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]

    def fill(self, **values: Any) -> str:
        """The prompt with its values.

        Raises:
            TemplateError: it names something that it is not given, or is no valid template.
        """
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.clear()
        try:
            return environment.from_string(self.source).render(**values).strip()
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(f"the prompt is not valid ({error.message})", where=f"{self.path}:{error.lineno}", hint=_HINT) from error  # fmt: skip
        # A prompt is a program of the user's: whatever it raises is its own fault, and said so.
        except Exception as error:
            raise TemplateError(f"the prompt failed ({type(error).__name__}: {error})", where=str(self.path), hint=f"{_may_use(values)}. {_HINT}") from error  # fmt: skip


def _may_use(values: Iterable[str]) -> str:
    names = ", ".join(values)
    return f"This prompt may use {names}" if names else "This prompt is given nothing to fill in"


def find_prompt(name: str, folders: Sequence[Path] = ()) -> Prompt:
    """A prompt: the user's own, where there is one, else briefer's.

    Raises:
        TemplateError: there is none of that name, or it cannot be read.
    """
    for folder in search_path("prompts", folders):
        path = folder / f"{name}.txt"
        if not path.is_file():
            continue
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"the prompt cannot be read ({error})", where=str(path), hint=_HINT) from error  # fmt: skip
        if len(source) > _LONGEST:
            raise TemplateError(f"the prompt has {len(source):,} characters", where=str(path), hint=f"At most {_LONGEST:,} are taken")  # fmt: skip
        return Prompt(name, path, source)
    raise TemplateError(f"there is no prompt {name!r}", hint=f"Known: {', '.join(PROMPTS)}")


def find_prompts(folders: Sequence[Path] = ()) -> dict[str, Prompt]:
    """Every prompt by name.

    Raises:
        TemplateError: one is missing or cannot be read.
    """
    return {name: find_prompt(name, folders) for name in PROMPTS}
