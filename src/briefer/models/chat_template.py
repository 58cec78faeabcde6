"""A chat model's own template: a message, with the tokens around it that the model was trained on.

The template comes with the model, from a stranger: it is filled in a sandbox that cannot reach
anything, with what such templates expect (Hugging Face, "Chat templates").
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import msgspec

from briefer.errors import ModelError
from briefer.limits import TookTooLongError, time_limit
from briefer.types import Value

#: Beside the converted weights.
CHAT: Final = "chat.json"
_SECONDS: Final = 5.0
_LONGEST: Final = 200_000  # characters of a template


class ChatTemplate(Value, frozen=True):
    """A chat template and the tokens that it may name.

    Attributes:
        source: Jinja.
        bos_token, eos_token: as printed; "" where the tokenizer has none.
    """

    source: str
    bos_token: str = ""
    eos_token: str = ""

    def fill(self, message: str) -> str:
        """The message as the model expects it, up to where its answer begins.

        Raises:
            ModelError: the template fails.
        """
        from jinja2.ext import loopcontrols
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
        )
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.date(2026, 1, 1).strftime(form)
        try:
            with time_limit(_SECONDS):
                return environment.from_string(self.source).render(
                    messages=[{"role": "user", "content": message}],
                    add_generation_prompt=True,
                    enable_thinking=False,  # of Qwen3; a brief needs no thoughts
                    bos_token=self.bos_token,
                    eos_token=self.eos_token,
                    tools=None,
                    documents=None,
                )
        except TookTooLongError as error:
            raise ModelError(f"its chat template was not done after {_SECONDS:g} seconds", hint="Fetch the model again, or choose another") from error  # fmt: skip
        except Exception as error:  # whatever a stranger's template does is its fault
            raise ModelError(f"its chat template fails ({type(error).__name__}: {error})", hint="Fetch the model again, or choose another") from error  # fmt: skip


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


def template_in(folder: Path) -> ChatTemplate | None:
    """The template of a model in its own files; ``None`` if it has none.

    Raises:
        ModelError: the files are not what they should be.
    """
    path = folder / "tokenizer_config.json"
    try:
        config = (
            msgspec.json.decode(path.read_bytes(), type=dict[str, Any]) if path.is_file() else {}
        )
        beside = folder / "chat_template.jinja"
        source = (
            beside.read_text(encoding="utf-8") if beside.is_file() else config.get("chat_template")
        )
        if isinstance(source, list):  # several, by name
            named = {str(item["name"]): item["template"] for item in source}
            source = named.get("default")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"its tokenizer_config.json cannot be read ({error})", where=str(folder), hint="Fetch the model again") from error  # fmt: skip
    if not isinstance(source, str) or len(source) > _LONGEST:
        return None
    return ChatTemplate(source, _token(config.get("bos_token")), _token(config.get("eos_token")))


def _token(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else ""
