"""Asking a hub: again where it is busy or breaks off, and in words where it refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol, TypeVar

from briefer.errors import ModelError

_T = TypeVar("_T")
_TRIES: Final = 4  # of a question that the hub is too busy to answer
_LONGEST_WAIT: Final = 30.0  # seconds
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_FULL: Final = frozenset({28, 122})  # errno: no space, quota
_MALFORMED: Final = frozenset(
    {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}
)  # of httpx
_BREATH: Final = 0.5  # seconds before going on, times the tries so far
_AGAIN: Final = "What was fetched is kept: the same command goes on from there"


class Talks(Protocol):
    """What is told of the fetching; `briefer.talk.Talk` is one."""

    def say(self, message: str) -> None:
        """Tell something."""

    def transfer(self, label: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show a transfer of ``total`` bytes; what is given is told how many are there."""


def asked(question: Callable[[], _T], place: str, talk: Talks) -> _T:
    """The answer to a question to a hub; one that is too busy is asked again, as late as it wants.

    Args:
        question: asks it, by way of the hub's library.
        place: ``OWNER/NAME`` that it is about.
        talk: told of the waiting.

    Raises:
        ModelError: the hub cannot be reached or asked, or refuses.
    """
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    for attempt in range(1, _TRIES + 1):
        try:
            return question()
        except GatedRepoError as error:
            raise ModelError("its licence has to be accepted first", where=place, hint="Accept it on the page of the repository, then name your access token in HF_TOKEN") from error  # fmt: skip
        except RevisionNotFoundError as error:
            raise ModelError("it has no such revision", where=place, hint="See `briefer models show`") from error  # fmt: skip
        except RepositoryNotFoundError as error:
            raise ModelError("the hub has no such repository, or shows it to its owners only (401)", where=place, hint="Check the name; for a private one name your access token in HF_TOKEN") from error  # fmt: skip
        except HfHubHTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            if status not in _BUSY or attempt == _TRIES:
                what = "the hub is too busy" if status in _BUSY else "the hub refused"
                raise ModelError(f"{what} ({status})", where=place, hint="Try again later" if status in _BUSY else "Check HF_TOKEN and HF_ENDPOINT") from error  # fmt: skip
            wait = _wait_of(error.response.headers.get("Retry-After"), attempt)
            talk.say(f"  the hub is busy ({status}); asking again in {wait:.0f} s")
            time.sleep(wait)
        except OfflineModeIsEnabled as error:
            raise ModelError("HF_HUB_OFFLINE forbids to ask the hub", where=place, hint="Unset it, or use what is here (`--offline`)") from error  # fmt: skip
        # Never sent: an address, a token or a name that cannot be put into a question.
        except ValueError as error:
            raise _unaskable(error, place) from error
        except Exception as error:
            # The errors of the library under the hub's are no OSErrors, and it changes with versions.
            module = type(error).__module__
            if not isinstance(error, OSError) and "httpx" not in module and "httpcore" not in module:  # fmt: skip
                raise
            if type(error).__name__ in _MALFORMED:
                raise _unaskable(error, place) from error
            ours = (
                getattr(error, "filename", None) is not None or getattr(error, "errno", 0) in _FULL
            )
            if attempt == _TRIES or ours:
                raise unreached(error, place) from error
            talk.say(f"  broke off ({' '.join(str(error).split())[:80]}); going on")
            time.sleep(_BREATH * attempt)
    raise AssertionError("the last try answers or raises")


def _unaskable(error: Exception, place: str) -> ModelError:
    words = " ".join(str(error).split())[:160]
    return ModelError(f"the hub cannot be asked ({words})", where=place, hint="Check the name, HF_ENDPOINT (https://…), HF_TOKEN and HTTPS_PROXY")  # fmt: skip


def _wait_of(said: str | None, attempt: int) -> float:
    wanted = float(said) if said and said.isdecimal() else float(2**attempt)
    return min(wanted, _LONGEST_WAIT)


def unreached(error: Exception, place: str) -> ModelError:
    """What to say of a network or a disk that fails while a model is fetched."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return ModelError("the disk is full", where=place, hint=f"Make room. {_AGAIN}")
    if isinstance(error, OSError) and error.filename is not None:
        return ModelError(f"cannot be written ({error.strerror})", where=str(error.filename), hint="Make the folder writable, or name another in BRIEFER_CACHE")  # fmt: skip
    words = " ".join(str(error).split())[:160]
    return ModelError(f"the hub cannot be reached, or breaks off ({words})", where=place, hint=f"Check the network, HF_ENDPOINT and HTTPS_PROXY. {_AGAIN}")  # fmt: skip
