"""Sentence ends, and chunks packed to the window of the model that will read them.

The splitter is our own: on the treebank's gold sentences it is compared with blingfire, syntok,
segtok, punkt and pysbd in `benchmarks/splitters.py` (table in docs/design-notes.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from briefer.errors import SentenceTooLongError
from briefer.types import Article, Chunk, Sentence, Span

# Before a name or a number: never the end of a sentence.
_TITLES = frozenset(
    """mr mrs ms mx dr prof rep reps sen sens gov govs gen adm col maj capt cmdr lt sgt cpl pvt rev hon
    pres supt det insp fr st ste mt ft messrs mme mlle mgr msgr ald amb asst assoc atty brig dep dir
    mssrs sr-lt maj-gen lt-gen brig-gen lt-col vs v cf eg ie e.g i.e viz approx ca al-qaida m mm drs
    ph phil univ""".split()
)
# Before a number: not the end. Before anything else they may be.
_BEFORE_NUMBER = frozenset(
    """no nos nr art arts fig figs vol vols pp p ch chap sec sect eq eqs ver op para pt tab ex
    c ca b d m div r rs fl jan feb mar apr jun jul aug sept sep oct nov dec""".split()
)
# Of those, the ones that are words or letters of their own as well.
_WORDS_TOO = frozenset(["no", "mar", "dec", "art", "c", "b", "d", "m", "r", "p"])
# May end a sentence or stand inside one: the next word tells.
_EITHER = frozenset(
    """inc ltd co corp cos bros plc llc llp lp jr sr esq dept depts est ave blvd rd hwy sq bldg
    etc et al al. u.s u.k u.n e.u u.s.a d.c l.a n.y u.a.e ph.d m.d b.a m.a a.m p.m am pm
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev
    okla ore pa tenn tex va vt wash wis wyo ont que sask mins min hrs hr sec lb lbs oz kg km cm mm ed
    eds trans nat'l int'l gov't bn m tr wm chas geo jas""".split()
)
# Words that open sentences and are hardly ever part of a name.
_STARTERS = frozenset(
    """The A An In On At By For From With Without After Before During Since Until Upon Under Over
    It Its He She They We I You His Her Their Our My Your This That These Those There Here But And Or
    So Yet If When While Where Although Though Because As Once Whether What Who Why How Which Some
    Many Most Several Both Each All Any Other Others Another Such No Not Also However Moreover Meanwhile
    Nevertheless Then Thus Later Earlier Now Today Yesterday Still Even Only Just To Of About Between
    Among Despite According One Two Three Four Five Let Do Does Did Is Are Was Were Will Would Can
    Could Should May Nor Unlike Like Instead Yes Oh Well Asked Analysts Officials Police""".split()
)
_NOT_AFTER_CLOCK = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|[ECMP][SD]T\b|"
    r"ET\b|PT\b|GMT|UTC|BST|CET|KST|JST|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z.]*\s\d|"
    r"Eastern|Pacific|Central|Local|\()"
)
_SPEECH = re.compile(
    r"[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}\s(?:said|says|asked|asks|told|wrote|writes|added|replied|"
    r"shouted|wondered|exclaimed|explained|continued)\b"
)
_CLOSERS = "\"'”’»)]}"
_OPENERS = "\"'“‘«([{—–-¿¡*_"
_CANDIDATE = re.compile(
    # A mark, its repetitions and closing quotes, then white space or the end…
    # (and the note marks of encyclopedias and journals: "species.[10]", "fee.8")…
    # (possessive and bounded: a thousand dots must not be tried from each of them)…
    r"(?P<mark>(?<![.!?…])[.!?…]++[\"'”’»)\]}]{0,8})(?:(?<=[a-z][.])\d{1,2}(?=\s))?(?:[ ]?\[[^\[\]\n]{1,25}\]){0,6}(?=\s|$)"
    # …or a mark glued to the next sentence, as copying from a page leaves it…
    r"|(?P<glued>(?<=[a-z]{3})[.!?][\"”’]?)(?=[A-Z][a-z])"
    # …or full-width marks, which need no space…
    r"|(?P<wide>[。！？｡]+[」』”’）]*)"
    # …or a blank line.
    r"|(?P<gap>\n[ \t]*\n)"
)
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘'«—–/]+$")
_NEXT_WORD = re.compile(r"[^\W\d_][\w'’]*|\d[\d.,:]*")


def sentence_ends(text: str) -> list[int]:
    """Where each sentence of ``text`` ends, in characters; ascending, the last is ``len(text)``.

    White space after a sentence belongs to it, so that the pieces join to the text again.
    Linear in the length of the text.
    """
    ends: list[int] = []
    for match in _CANDIDATE.finditer(text):
        if match.lastgroup == "mark" and not _is_end(text, match):
            continue
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        if not ends or end > ends[-1]:
            ends.append(end)
    if text and (not ends or ends[-1] != len(text)):
        ends.append(len(text))
    return ends


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Whether a mark followed by white space ends a sentence."""
    mark = match["mark"]
    following = text[match.end() : match.end() + 120].lstrip()
    if not following:
        return True
    opened = following.lstrip(_OPENERS + " ")
    first = opened[:1]
    if first.islower():
        # "…" he said; Yahoo! said; etc. and so on. iPhone and eBay are the price.
        return False
    if re.match(r"\(\d", following):  # "… in Viva Maria! (1965), and"
        return False
    if mark.strip(_CLOSERS) == "." and mark[0] == ".":
        return _is_full_stop(text, match, following, opened)
    closed = mark[-1] in "\"”’'»"
    # “Why now?” Kim asked.
    return not (closed and _SPEECH.match(following))


def _is_full_stop(text: str, match: re.Match[str], following: str, opened: str) -> bool:
    before = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
    word = before[0] if before else ""
    low = word.lower()
    next_word = _NEXT_WORD.match(opened)
    starter = next_word is not None and next_word[0] in _STARTERS
    if match["mark"] != ".":
        # Something closed after the stop: .” or .) — an abbreviation rarely stands before it.
        dotted = re.fullmatch(r"(?:[A-Za-z]\.)*[A-Z]", word) is not None
        return starter or (low not in _TITLES and not (dotted and match["mark"][-1] in ")]"))
    if low in _TITLES:
        return False
    digit_next = opened[:1].isdigit()
    if low in _BEFORE_NUMBER and digit_next:
        return False
    if low in {"a.m", "p.m"} or (
        low in {"am", "pm"} and text[match.start() - 3 : match.start() - 2].isspace()
    ):
        return not digit_next and not _NOT_AFTER_CLOCK.match(opened)
    if low in _EITHER or ("." in word and re.fullmatch(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]{1,2}", word)):
        return starter or following[:1] in '“"‘'
    if low in _BEFORE_NUMBER and low not in _WORDS_TOO:
        return starter or len(low) > 4
    if len(word) == 1 and word.isalpha() and word.isupper():
        return starter and _after_common_word(text, match.start())
    return not _is_list_number(text, match, word)


def _after_common_word(text: str, stop: int) -> bool:
    """Whether the word before a single letter is no name: "plan B." but not "John F."."""
    previous = text[max(0, stop - 40) : stop - 1].split()
    return not previous or not previous[-1][:1].isupper()


def _is_list_number(text: str, match: re.Match[str], word: str) -> bool:
    """Whether the word is the number of a list item: "1." at the start of a line."""
    if not (word.isdigit() and len(word) <= 2):
        return False
    # Only white space may stand between the line's start and the number.
    before = text[max(0, match.start() - len(word) - 12) : match.start() - len(word)]
    return not before.rsplit("\n", 1)[-1].strip() and (
        "\n" in before or match.start() - len(word) <= 12
    )


def sentences_in(text: str, span: Span) -> list[Span]:
    """Spans of the sentences inside ``span``, white space at both ends left out."""
    part = span.of(text)
    found: list[Span] = []
    start = 0
    for end in sentence_ends(part):
        piece = part[start:end]
        stripped = piece.strip()
        if stripped:
            at = span.start + start + piece.index(stripped[0])
            found.append(Span(at, at + len(stripped)))
        start = end
    return found


def split_sentences(article: Article) -> tuple[Sentence, ...]:
    """Sentences of the article's paragraphs, in order; other blocks hold none."""
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(article.body()):
        for span in sentences_in(article.text, paragraph):
            sentences.append(Sentence(span, len(sentences), number))
    return tuple(sentences)


def pack_sentences(
    text: str, ends: Sequence[int], *, max_tokens: int, count_tokens: Callable[[str], int]
) -> Iterator[Chunk]:
    """Cut ``text`` at sentence ends into chunks of at most ``max_tokens`` tokens.

    Joining the chunks gives ``text`` back, so each bullet can be traced to its characters.

    Args:
        text: body of one article, in characters.
        ends: where each sentence ends, shape (n_sentences,), ascending, last = len(text).
        max_tokens: budget per chunk, in tokens; prompt and special tokens excluded.
        count_tokens: length of a string in tokens of the model that will read it.

    Raises:
        SentenceTooLongError: one sentence alone is over ``max_tokens``
            (`cut_long_sentences` gives ends for which this cannot happen).
    """
    start = chunk_end = n_tokens = 0
    for end in ends:
        count = count_tokens(text[chunk_end:end])
        if count > max_tokens:
            raise SentenceTooLongError(
                f"a sentence of {count} tokens is over the window of {max_tokens}",
                where=f"characters {chunk_end} to {end}",
                hint="Cut it first (cut_long_sentences)",
            )
        if n_tokens + count > max_tokens:
            yield Chunk(Span(start, chunk_end), n_tokens)
            start, n_tokens = chunk_end, 0
        chunk_end, n_tokens = end, n_tokens + count
    if chunk_end > start:
        yield Chunk(Span(start, chunk_end), n_tokens)


class CutEnds(NamedTuple):
    """Ends with the long sentences cut, and how many sentences had to be."""

    ends: list[int]
    n_cut: int


def cut_long_sentences(
    text: str, ends: Sequence[int], *, max_tokens: int, count_tokens: Callable[[str], int]
) -> CutEnds:
    """Add ends inside sentences of more than ``max_tokens`` tokens, at white space if there is any.

    Nothing is lost: the pieces join to the text again. A cut is found by halving, so that a
    sentence of ``n`` characters costs O(n log n) at worst.

    Args:
        text: body of one article, in characters.
        ends: as in `pack_sentences`.
        max_tokens: window of the model, in tokens; at least 8.
        count_tokens: length of a string in tokens.
    """
    fine: list[int] = []
    n_cut = 0
    start = 0
    for end in ends:
        pieces = _halves(text, start, end, max_tokens, count_tokens)
        n_cut += len(pieces) > 1
        fine.extend(pieces)
        start = end
    return CutEnds(fine, n_cut)


def _halves(
    text: str, start: int, end: int, max_tokens: int, count_tokens: Callable[[str], int]
) -> list[int]:
    if end - start == 1 or count_tokens(text[start:end]) <= max_tokens:
        return [end]
    middle = (start + end) // 2
    space = max(text.rfind(" ", start + 1, middle), text.rfind("\n", start + 1, middle))
    # Only a space in the second quarter is worth it; else cut the word.
    cut = space + 1 if space > start + (end - start) // 4 else middle
    return [
        *_halves(text, start, cut, max_tokens, count_tokens),
        *_halves(text, cut, end, max_tokens, count_tokens),
    ]
