"""Whether a bullet says what its evidence says.

First cut: a bullet cut from its source must be the source's own words, white space aside.
"""

from __future__ import annotations

from briefer.types import Article, Bullet

VERBATIM = "verbatim"


def passed_checks(bullet: Bullet, article: Article) -> tuple[str, ...]:
    """Names of the checks that a bullet passes against its evidence in ``article``."""
    spans = bullet.evidence
    inside = all(0 <= span.start < span.end <= len(article.text) for span in spans)
    if spans and inside and bullet.article == article.id:
        printed = " ".join(span.printed(article.text) for span in spans)
        if printed == bullet.text:
            return (VERBATIM,)
    return ()
