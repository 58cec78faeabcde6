"""One tree of errors. Each says what was wrong, where, and what to do next."""

from __future__ import annotations


class BrieferError(Exception):
    """Base of all errors that a user may see; raised with words meant for the user.

    Args:
        what: what went wrong, one sentence without a final stop.
        where: file, record, model or template it happened in.
        hint: what to do next.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        # All three go to Exception so that the error survives pickling between processes.
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the keyword arguments, which Exception alone would lose."""
        return _rebuild, (type(self), self.what, self.where, self.hint)

    def __str__(self) -> str:
        """Where, what and hint in one line."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.hint}." if self.hint else f"{head}."


def _rebuild(kind: type[BrieferError], what: str, where: str, hint: str) -> BrieferError:
    return kind(what, where=where, hint=hint)


class SourceError(BrieferError):
    """A source that cannot be found, opened or read as an article."""


class ReaderCrashedError(SourceError):
    """The guarded worker died, ran out of memory or out of time on a source."""


class UnknownLanguageError(SourceError):
    """An article in a language that the chosen model was not trained on."""


class ModelError(BrieferError):
    """A model that is not installed, cannot be converted, or is not what its hash says."""


class ConversionError(ModelError):
    """A model that CTranslate2 cannot run, or would not run rightly; torch may."""

    exit_code = 3


class UnknownModelError(ModelError):
    """A model that is not in the catalogue."""

    exit_code = 2


class CatalogError(ModelError):
    """A line of models.txt that does not say what it should."""

    exit_code = 2


class UsageError(BrieferError):
    """A request that cannot be met as it stands: unknown format, missing template."""

    exit_code = 2


class TemplateError(UsageError):
    """A template that is missing or that fails on the brief."""


class GateError(BrieferError):
    """A finished document that does not say what the sources say."""


class BriefFileError(UsageError):
    """A brief.json that is not one."""


class SentenceTooLongError(BrieferError):
    """One sentence alone is longer than the model's window."""


class ConfigError(UsageError):
    """A briefer.toml that does not say what it should."""


class DeliveryError(BrieferError):
    """An e-mail that could not be handed over."""


class StoreError(BrieferError):
    """The store cannot be opened or written."""


class LedgerError(BrieferError):
    """What is known of an archive cannot be read or written."""


class OtherSettingsError(UsageError):
    """An output folder that was made with another model, or in another way."""


class EngineError(BrieferError):
    """The processes or the cluster that an archive is done by cannot work."""


class SearchError(BrieferError):
    """An index that is not there or cannot be used."""


class DamagedIndexError(SearchError):
    """An index that is broken, or another version's: it may be thrown away, and made anew."""
