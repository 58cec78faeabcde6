"""Clauses that a sentence can be told without, as its tree shows.

Left out are clauses that hang on a statement as an adjunct or stand beside it: "… after crews walked
out", "…, which Cellvik owns, …", "… and left the talks", and who says it. Never what completes a
verb, never what turns the rest into something else: a condition, a comparison, a plan's "when".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from briefer.cuts import AS_LONG, HAPPENED, KEPT, PERSONAL, SAY, WHEN_SAID, Cut
from briefer.syntax import Tree
from briefer.types import Span

#: Probability of a clause's place in the tree, below which it stays.
_SURE: Final = 0.5
_MARKS: Final = frozenset({",", "–", "—", "-", "--"})
_CAN_GO: Final = frozenset({"relcl", "appos", "acl", "advcl", "conj", "obl", "nmod"})
_STATEMENTS: Final = frozenset({"root", "ccomp", "conj", "parataxis"})
# What opens a circumstance. "For", "than" or "to" may complete the rest, "until" or "once" be its condition.
_CIRCUMSTANCE: Final = frozenset(
    "after as because since when while whilst where wherever whereas upon".split()
)
_NOT_YET: Final = re.compile(
    r"\b(?:will|would|can|could|may|might|shall|should|must|plans?|planned|expect\w*|intend\w*|hop(?:e|es|ed|ing)|wants?|agreed|set\sto|due\sto|going\sto|"
    r"about\sto|seem\w*|appear\w*|tr(?:y|ies|ied|ying)|attempt\w*|ready|only|even|just|especially|particularly|mainly|largely|partly)\b|['’]ll\b",
    re.IGNORECASE,
)
# "It was not adopted |as planned|": what is denied may be the circumstance alone.
_DENIED: Final = re.compile(
    r"\b(?:not|no|never|none|nor|nobody|nothing|neither|cannot|hardly|barely|rarely|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_WHEN_OR_WHERE: Final = frozenset({"when", "where", "wherever"})
_COMPARED: Final = re.compile(
    r"\b(?:as|so|same|such|more|less|rather|too|enough|better|worse)\b", re.IGNORECASE
)
_PAIRED: Final = re.compile(r"\b(?:both|either|neither|between|not\sonly)\b", re.IGNORECASE)
_BACKGROUND: Final = re.compile(r"\b(?:was|were)\s(?:\w+ly\s)?\w+ing\b|\bhad\b", re.IGNORECASE)
_POINTS_BACK: Final = re.compile(
    r"\b(?:he|she|they|it|him|her|them|his|its|their|this|these|those)\b", re.IGNORECASE
)
_QUOTED: Final = re.compile(r"(?<!\w)['‘`]")
_APART: Final = frozenset({"during", "following", "amid", "amidst", "alongside", "including"})


def clause_cuts(text: str, tree: Tree) -> Iterator[Cut]:
    """Words that can be left out.

    Args:
        text: of the article.
        tree: of the sentence, its places in ``text``.
    """
    last = len(tree.words) - 1
    while last > 0 and tree.words[last].relation == "punct":
        last -= 1
    said = _said_at_the_end(tree, last)
    end = said[0] - 2 if said else last  # of what is told
    if said:
        yield from _said_behind(text, tree, *said)
    yield from _said_in_front(text, tree, end)
    for i, word in enumerate(tree.words):
        if word.relation not in _CAN_GO or word.sure < _SURE:
            continue
        found = tree.stretch(i)
        if found is None:
            continue
        clause = _Clause(text, tree, i, *_bare(tree, *found), end)
        why = clause.why()
        if why and clause.is_free():
            yield Cut(clause.span(), why)


def _said_at_the_end(tree: Tree, last: int) -> tuple[int, int, int] | None:
    """First and last word of who says it, and the verb, where these end the sentence behind a comma."""
    for i in tree.under(tree.root, "parataxis"):
        found = tree.stretch(i)
        if found is None or tree.words[i].text not in SAY:
            continue
        first, end = _bare(tree, *found)
        if end == last and first > tree.root and tree.words[first - 1].text == ",":
            return first, end, i
    # The same with the verb of saying on top.
    for told in tree.under(tree.root, "ccomp", "parataxis"):
        found = tree.stretch(told)
        if found is None or tree.words[tree.root].text not in SAY or found[0] > 0:
            continue
        comma = found[1] + 1 if tree.words[found[1]].text != "," else found[1]
        if comma < tree.root <= last and tree.words[comma].text == ",":
            return comma + 1, last, tree.root
    return None


def _bare(tree: Tree, first: int, last: int) -> tuple[int, int]:
    """A stretch without the marks at its ends."""
    while first < last and tree.words[first].text in _MARKS:
        first += 1
    while last > first and tree.words[last].text in {*_MARKS, ".", ";", ":"}:
        last -= 1
    return first, last


def _said_behind(text: str, tree: Tree, first: int, last: int, verb: int) -> Iterator[Cut]:
    """Who says it, at the end behind a comma."""
    speaker = _speaker(text, tree, verb)
    if speaker is None:
        return
    others = [i for i in range(first, last + 1) if i != verb and not speaker.holds(tree.words[i].span)]  # fmt: skip
    rest = "".join(f" {tree.words[i].span.of(text)}" for i in others)
    if WHEN_SAID.fullmatch(rest) is not None:
        yield Cut(Span(tree.words[first - 1].span.start, tree.words[last].span.end), "attribution", speaker)  # fmt: skip


def _said_in_front(text: str, tree: Tree, end: int) -> Iterator[Cut]:
    """Who says it, in front of all that is said."""
    root = tree.root
    told = tree.under(root, "ccomp")
    if tree.words[root].text not in SAY or len(told) != 1 or tree.words[told[0]].sure < _SURE:
        return
    found = tree.stretch(told[0])
    speaker = _speaker(text, tree, root)
    if found is None or speaker is None or found[0] < root or found[1] < end:
        return
    first, _ = _bare(tree, *found)
    if tree.words[first].text == "that":
        first += 1
    between = text[tree.words[root].span.end : tree.words[first].span.start].removesuffix("that ")
    # "The minister wrongly said …": how it was said may say that it is not so.
    if _HOW_SAID.fullmatch(text, speaker.end, tree.words[root].span.start) is None:
        return
    # "… and that" would be left without what it belongs to.
    if _SECOND_THAT.search(text, tree.words[first].span.start, tree.words[end].span.end):
        return
    starts = tree.under(told[0], "nsubj", "expl")
    # "She says it is late but promised …" goes on with what she did.
    joined = [c for c in tree.under(told[0], "conj") if not tree.under(c, "nsubj", "expl")]
    said_in_quotes = re.search(
        r"[:\"“”]", text[tree.words[root].span.end : tree.words[-1].span.end]
    )
    if (
        speaker.start == tree.words[0].span.start
        and WHEN_SAID.fullmatch(between.rstrip()) is not None
        and starts
        and not joined
        and not said_in_quotes
        and tree.words[starts[0]].text not in PERSONAL
    ):
        yield Cut(Span(tree.words[0].span.start, tree.words[first].span.start), "attribution", speaker)  # fmt: skip


_HOW_SAID = re.compile(r"\s*(?:(?:has|have|had|also|later|earlier|then)\s+)*")
_SECOND_THAT = re.compile(r"\b(?:and|but|or)\sthat\b")
# Of a passive verb the subject is who hears it, and not who says it.
_PASSIVE = frozenset("was were is are am be been being get gets got getting".split())


def _speaker(text: str, tree: Tree, verb: int) -> Span | None:
    """The subject of a verb of saying, unless it is a pronoun, a number or a clause."""
    subjects = tree.under(verb, "nsubj")
    if len(subjects) != 1 or tree.words[subjects[0]].text in PERSONAL:
        return None
    if any(tree.words[i].text in _PASSIVE for i in tree.under(verb, "aux")):
        return None
    found = tree.stretch(subjects[0])
    if found is None:
        return None
    first, last = _bare(tree, *found)
    span = Span(tree.words[first].span.start, tree.words[last].span.end)
    relations = {tree.words[i].relation for i in range(first, last + 1)}
    plain = not re.search(r"\d|[\"“”]", span.of(text)) and not relations & {"relcl", "advcl", "ccomp", "conj"}  # fmt: skip
    return span if plain and last - first < _LONGEST_SPEAKER else None


_LONGEST_SPEAKER = 14  # words


class _Clause:
    """A stretch of words under one word, and what surrounds it."""

    def __init__(self, text: str, tree: Tree, i: int, first: int, last: int, end: int) -> None:
        self.text, self.tree, self.i = text, tree, i
        self.first, self.last = first, last
        words = tree.words
        self.word, self.head = words[i], words[words[i].head]
        self.body = text[words[first].span.start : words[last].span.end]
        self.before = words[first - 1].text if first else ""
        self.after = words[last + 1].text if last + 1 < len(words) else ""
        self.at_end = last >= end
        self.set_apart = self.before in _MARKS and (self.after in _MARKS or self.at_end)
        self.opened_by = words[first].text

    def why(self) -> str:
        """What the clause is, if it is one that can go."""
        relation = self.word.relation
        if self.set_apart and relation == "relcl" and self.opened_by != "that":
            told = self.opened_by not in _WHEN_OR_WHERE or HAPPENED.search(self.body)
            return "relative clause" if told else ""
        if self.set_apart and relation == "appos" and self._only_says_who():
            return "apposition"
        if self.set_apart and relation == "acl":
            return "participle"
        if relation == "advcl" and self.head.relation in _STATEMENTS and self._is_adjunct():
            return "subordinate clause"
        if relation == "conj" and self.at_end and self._is_second_statement():
            return "second statement"
        if relation in {"obl", "nmod"} and self.first and self.at_end and self.opened_by in _APART:
            return "circumstance"
        return ""

    def is_free(self) -> bool:
        """Whether nothing in the clause must stay, and nothing behind it needs it."""
        words = self.tree.words
        rest = self.text[words[self.last].span.end : words[-1].span.end]
        if KEPT.search(self.body) or _QUOTED.search(self.body) or any(words[k].text in SAY for k in range(self.first, self.last + 1)):  # fmt: skip
            return False
        if not self.at_end and _POINTS_BACK.search(rest) and re.search(r"\b[A-Z]", self.body):
            return False
        quoted = self.text[words[0].span.start : words[self.first].span.start]
        return quoted.count("“") <= quoted.count("”") and quoted.count('"') % 2 == 0

    def span(self) -> Span:
        """Characters to leave out: the marks that set the clause apart go with it."""
        words = self.tree.words
        if self.first == 0:
            return Span(words[0].span.start, words[self.last + 2].span.start)
        if not self.set_apart:
            return Span(words[self.first - 1].span.end, words[self.last].span.end)
        start = words[self.first - 2].span.end if self.first > 1 else words[0].span.start
        closing = self.after in _MARKS and not self.at_end
        return Span(start, words[self.last + closing].span.end)

    def _only_says_who(self) -> bool:
        """Whether a name loses what it is ("Anna Berg, |head of the port|, …"): a name goes with nothing."""
        name = self.word.span.of(self.text)[:1].isupper()
        listed = re.search(r"\b(?:and|or)\b", self.body)
        return not name and not listed and self.head.span.of(self.text)[:1].isupper()

    def _is_adjunct(self) -> bool:
        gerund = self.set_apart and self.word.text == self.opened_by and self.word.text.endswith("ing")  # fmt: skip
        if self.opened_by not in _CIRCUMSTANCE and not gerund:
            return False
        words = self.tree.words
        main = f"{self.text[words[0].span.start : words[self.first].span.start]} … {self.text[words[self.last].span.end : words[-1].span.end]}"
        if self.first == 0:
            subject = self.last + 2 < len(words) and self.after == "," and words[self.last + 2].text
            return bool(subject) and subject not in PERSONAL and not _POINTS_BACK.match(str(subject)) and not _NOT_YET.search(main) and not _DENIED.search(main)  # fmt: skip
        if not (self.at_end or self.set_apart):
            return False
        if (_NOT_YET.search(main) and not gerund) or _DENIED.search(main):
            return False
        if self.opened_by in {"when", "as", "while"} and _BACKGROUND.search(main):
            return False
        near = self.text[words[max(0, self.first - _NEAR)].span.start : words[self.first].span.start]  # fmt: skip
        if self.opened_by in _WHEN_OR_WHERE and not HAPPENED.search(self.body):
            return False  # a condition: "when their doctor signs the form"
        second = words[self.first + 1].text if self.first < self.last else ""
        return not (self.opened_by == "as" and (_COMPARED.search(near) or second in AS_LONG))

    def _is_second_statement(self) -> bool:
        """Whether "… and …" tells something more of the same subject, or of another."""
        joining = self.tree.under(self.i, "cc")
        words = self.tree.words
        head = self.word.head
        verbal = self.head.relation in {"root", "ccomp", "advcl", "parataxis"}
        # An adjective or noun that is joined ("rich and famous") has no words of its own before it.
        told = self.tree.under(self.i, "nsubj", "obj", "aux", "obl", "ccomp", "xcomp", "advmod")
        main = self.text[words[0].span.start : words[self.first].span.start]
        return (
            verbal
            and bool(joining)
            and self.opened_by == "and"
            and joining[0] == self.first
            and bool(told)
            and self.tree.under(head, "nsubj", "expl", "csubj") != []
            and not _PAIRED.search(main)
        )


_NEAR = 6  # words
