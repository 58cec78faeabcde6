"""Whether a bullet says what its evidence says.

A bullet cut from its source must be the source's own words: all of the sentence, or what is left of
it where no number, negation or hedge was left out, and where who says it stands behind it. One that a
model wrote must say what its sentences say, as far as `claims` can tell, mostly in their words.
"""

from __future__ import annotations

import itertools
import re

from briefer.claims import Verdict, check_claim
from briefer.cuts import SAY
from briefer.fidelity import keeps_order
from briefer.trimming import joined
from briefer.turns import turn_of
from briefer.types import Article, Block, Bullet, Span

VERBATIM, TRIMMED, GROUNDED = "verbatim", "trimmed", "grounded"
#: Share of a written bullet's words and pairs of words that its sentences must have (docs/design-notes.md).
LEAST_SUPPORT = 0.7

# What turns a statement into another when it goes.
_LOST = re.compile(
    r"\d|\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|hardly|barely|unless|if|although|though|despite|"
    r"may|might|could|likely|unlikely|possibl[ey]|perhaps|probabl[ey]|reportedly|allegedly|apparently|about|around|nearly|"
    r"almost|roughly|approximately|estimated|expected|suspected|alleged|den(?:y|ies|ied|ying)|declined)\b|n['’]t\b",
    re.IGNORECASE,
)
# The verbs that the cuts know, and ones that they never cut.
_SAID = re.compile(rf"\b(?:according\sto|{'|'.join(sorted(SAY))}|claims|argues|warns|predicts|believed)\b", re.IGNORECASE)  # fmt: skip


# Capitals within a sentence are of titles ("Our Town"), a hyphen and a number of roads ("I-95").
_OWN_VOICE = re.compile(
    r"\bI\b(?!-\d)|\b(?:me|my|we|us|our|you|your)\b|(?:^|[.!?:;]\s+)(?:My|We|Our|You|Your)\b"
)
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]")


def passed_checks(bullet: Bullet, article: Article) -> tuple[str, ...]:
    """Names of the checks that a bullet passes against its evidence in ``article``."""
    spans = bullet.evidence
    inside = all(0 <= span.start < span.end <= len(article.text) for span in spans)
    if not spans or not inside or bullet.article != article.id:
        return ()
    if bullet.status == "generated":
        return (GROUNDED,) if _is_grounded(bullet, article) else ()
    if bullet.parts or bullet.status == "trimmed":
        return (TRIMMED,) if _is_trimmed(bullet, article) else ()
    if not _names_its_speaker(bullet, article):
        return ()
    printed = " ".join(span.printed(article.text) for span in spans)
    return (VERBATIM,) if printed == bullet.text else ()


def evidence_for(
    text: str, article: Article, named: tuple[Span, ...] = (), within: tuple[Span, ...] = ()
) -> tuple[Span, ...]:
    """Sentences that a text rests on, ascending: those that it names, if it does, else the nearest; none if it does not.

    Args:
        text: a bullet that a model wrote.
        article: what it was written of.
        named: sentences that the model says it rests on.
        within: sentences that may be evidence; all if none are given.
    """
    claim = _claim(text, article)
    # Of what a model names only what the check rests on: one that names them all has said nothing.
    return (_used(claim, article, named) if named else ()) or _used(claim, article, within)


def _used(claim: Article, article: Article, within: tuple[Span, ...]) -> tuple[Span, ...]:
    """Sentences among some that a claim rests on, ascending; none if it does not hold by these alone."""
    verdict = check_claim(claim, article, within)
    evidence = tuple(sorted({span for checked in verdict.sentences for span in checked.evidence}))
    # Once more by these alone: what the rest of the article says is no evidence that a reader is shown.
    holds = bool(evidence) and _holds(check_claim(claim, article, evidence), claim, article)
    return evidence if holds else ()


def _is_grounded(bullet: Bullet, article: Article) -> bool:
    claim = _claim(bullet.text, article)
    verdict = check_claim(claim, article, bullet.evidence)
    return bullet.speaker is None and _holds(verdict, claim, article)


def _holds(verdict: Verdict, claim: Article, article: Article) -> bool:
    # A bullet is one sentence: of two, one may have lost who says it.
    return (
        verdict.is_supported
        and len(verdict.sentences) == 1
        and all(
            s.support >= LEAST_SUPPORT
            and not _made_fact(claim.text, s.evidence[0], article)
            and keeps_order(s.sentence.of(claim.text), [_told(e, article) for e in s.evidence])
            for s in verdict.sentences
        )
    )


def _made_fact(text: str, nearest: Span, article: Article) -> bool:
    """Whether what somebody says has become a fact, or nobody's "we"."""
    if _OWN_VOICE.search(_QUOTED.sub("", text)):
        return True
    spoken = _SAID.search(nearest.of(article.text)) or turn_of(article, nearest)
    return bool(spoken) and not _SAID.search(text)


def _told(sentence: Span, article: Article) -> str:
    """A sentence's words; in a transcript with who says them."""
    turn = turn_of(article, sentence)
    if turn is None:
        return sentence.printed(article.text)
    speaker, told = (span.printed(article.text) for span in turn)
    return f"{speaker} said {told}"


def _claim(text: str, article: Article) -> Article:
    whole = (Block("paragraph", Span(0, len(text))),)
    return Article("", "", text, whole, language=article.language)


def left_out(evidence: Span, parts: tuple[Span, ...]) -> tuple[Span, ...]:
    """What of a sentence is not among its parts, ascending."""
    ends = _ends(evidence, parts)
    gaps = (Span(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True))
    return tuple(gap for gap in gaps if gap.start < gap.end)


def _ends(sentence: Span, parts: tuple[Span, ...]) -> list[int]:
    inner = itertools.chain.from_iterable((part.start, part.end) for part in parts)
    return [sentence.start, *inner, sentence.end]


def _is_trimmed(bullet: Bullet, article: Article) -> bool:
    text = article.text
    if len(bullet.evidence) != 1 or not bullet.parts:
        return False
    sentence, speaker = bullet.evidence[0], bullet.speaker
    turn = turn_of(article, sentence)
    if turn is not None:  # told is what follows the name before it, and that name stands behind it
        if speaker != turn[0]:
            return False
        sentence = turn[1]
    ends = _ends(sentence, bullet.parts)
    if ends != sorted(ends) or joined(text, bullet.parts) != bullet.text:
        return False
    gaps = left_out(sentence, bullet.parts)
    if any(_LOST.search(gap.of(text)) for gap in gaps if not _is_dateline(gap, sentence, text)):
        return False
    # Hearsay must not become fact: whoever says it stands behind the bullet, and nobody else.
    said = [gap for gap in gaps if _SAID.search(gap.of(text))]
    if turn is not None or speaker is None:
        return not said
    return len(said) == 1 and said[0].holds(speaker)


def _names_its_speaker(bullet: Bullet, article: Article) -> bool:
    """Whether a whole sentence of a transcript has its speaker, behind or before it, and any other none."""
    turn = turn_of(article, bullet.evidence[0])
    if turn is None:
        return bullet.speaker is None
    speaker, told = turn
    opens_with_name = told.start > bullet.evidence[0].start
    return bullet.speaker == speaker or (opens_with_name and bullet.speaker is None)


def _is_dateline(gap: Span, sentence: Span, text: str) -> bool:
    told = text[gap.end : gap.end + 1]
    opens = told.isupper() or told.isdigit() or told in {'"', "“", "‘", "'"}
    return gap.start == sentence.start and opens and gap.of(text).rstrip().endswith(("–", "—", "-"))
