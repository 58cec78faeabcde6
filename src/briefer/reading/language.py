"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

UNKNOWN = "und"  # ISO 639-2 for "undetermined"
_ENOUGH_LETTERS = 120
_SURE = 0.9
# Words that every English text is full of and no other language has. Where they are a tenth of
# the words, the answer is known without the identifier, whose model takes 0.45 CPU-seconds and
# 110 MB to load (docs/design-notes.md has how often, and that the two never disagreed).
_ENGLISH = re.compile(
    r"\b(?:the|and|that|with|from|which|would|their|they|were|have|has|been|this|than|said|by|"
    r"about|after|more|who|not|but)\b"
)
_ENGLISH_FROM = 0.1


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
    words = len(re.findall(r"\w+", sample))
    if len(_ENGLISH.findall(sample.lower())) >= _ENGLISH_FROM * words:
        return "en"
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _SURE else UNKNOWN
