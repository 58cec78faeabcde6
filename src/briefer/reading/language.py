"""Which language a text is in."""

from __future__ import annotations

from functools import cache
from typing import Any

UNKNOWN = "und"  # ISO 639-2 for "undetermined"
_ENOUGH_LETTERS = 120
_SURE = 0.9


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def identify_language(text: str) -> str:
    """ISO 639-1 code of the language, or ``und`` where the text is too short or too mixed.

    The middle of the text decides along with its start: a page may open with a menu in another
    language. At most 4,000 characters are looked at.
    """
    sample = text[:2000] + " " + text[len(text) // 2 : len(text) // 2 + 2000]
    if sum(c.isalpha() for c in sample) < _ENOUGH_LETTERS:
        return UNKNOWN
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _SURE else UNKNOWN
