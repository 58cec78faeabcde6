"""Models of third parties: an entry point in the group ``briefer.models``, and an object with one method.

A package names a function of its own there. It is called with the model's line of the catalogue and gives an
object whose ``generate(prompts)`` takes a list of strings and gives as many back. What it says goes through the
same checks as any other model's words.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from briefer.errors import ModelError
from briefer.models.catalog import ModelEntry

GROUP: Final = "briefer.models"
_CHARACTERS: Final = 3  # a token, where the object does not count: few, so that no window runs over


class Plugged:
    """A third party's model as a `contract.TextGenerator`.

    Args:
        entry: its line in models.txt.
        model: what its entry point gave.
    """

    special_tokens: tuple[str, ...] = ()

    def __init__(self, entry: ModelEntry, model: Any) -> None:
        if not callable(getattr(model, "generate", None)):
            raise _faulty(entry, "gives an object without a method `generate`")
        self._entry, self._model = entry, model
        self.max_tokens = entry.window

    def count_tokens(self, text: str) -> int:
        """By the object's own ``count_tokens``, if it has one; else a token for every three characters."""
        count = getattr(self._model, "count_tokens", None)
        if not callable(count):
            return len(text) // _CHARACTERS + 1
        with _at_fault(self._entry):
            return int(count(text))

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """An answer to each prompt.

        Raises:
            ModelError: the object failed, or gave something else than as many strings.
        """
        if not prompts:
            return []
        with _at_fault(self._entry):
            answers = self._model.generate(list(prompts))
        if not isinstance(answers, list | tuple) or len(answers) != len(prompts) or not all(isinstance(a, str) for a in answers):  # fmt: skip
            raise _faulty(self._entry, f"was given {len(prompts)} prompts and gave no list of as many strings")  # fmt: skip
        return list(answers)


def load_plugin(entry: ModelEntry) -> Plugged:
    """Call the entry point of a model.

    Raises:
        ModelError: its package is not installed, is another version than the catalogue says, or fails.
    """
    point = point_of(entry)
    found = version_of(point)
    if entry.revision and found != entry.revision:
        raise ModelError(f"the package of {entry.name} is at {found}, and models.txt says {entry.revision}", hint=f"Look at what changed, then `briefer models add {entry.repository} --name {entry.name}` again")  # fmt: skip
    with _at_fault(entry):
        return Plugged(entry, point.load()(entry))


def point_of(entry: ModelEntry) -> importlib.metadata.EntryPoint:
    """The entry point of a model.

    Raises:
        ModelError: no installed package has it.
    """
    points = importlib.metadata.entry_points(group=GROUP)
    for point in points:
        if point.name == entry.place:
            return point
    known = ", ".join(sorted(point.name for point in points)) or "none"
    raise ModelError(f"no installed package offers the model {entry.place!r}", hint=f"Install it with pip. Offered: {known}")  # fmt: skip


def version_of(point: importlib.metadata.EntryPoint) -> str:
    """Version of the package that an entry point comes from."""
    return point.dist.version if point.dist else ""


def folder_of(entry: ModelEntry) -> Path:
    """Folder that the package of a model is in."""
    dist = point_of(entry).dist
    return Path(str(dist.locate_file(""))) if dist else Path()


@contextmanager
def _at_fault(entry: ModelEntry) -> Iterator[None]:
    """Whatever a stranger's code does, to the end of the process, is its fault and said so."""
    try:
        yield
    except ModelError:
        raise
    except (Exception, SystemExit) as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise _faulty(entry, f"fails ({words})") from error


def _faulty(entry: ModelEntry, what: str) -> ModelError:
    return ModelError(f"the plug-in of {entry.name} {what}", where=entry.repository, hint="Tell its makers, or choose another model")  # fmt: skip
