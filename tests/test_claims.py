"""What is told against its source: each sort of fault found, and nothing found in what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.claims import check_claim
from briefer.types import Article, Block, Span

from .conftest import Run

SOURCE = (
    "The port of Harn handled about 8.6 million tonnes of cargo in 2025, 5.4 percent more than in 2024. "
    "The ministry of transport did not approve the second quay. "
    "Exports of fruit rose by 12 percent, while imports of timber fell by 7 percent. "
    "“We will come back in the spring with better plans,” said Anna Berg, who runs the port. "
    "The yard may close in June. "
    "More than 300 dockers work there."
)


def article_of(text: str) -> Article:
    return Article("a", "a.txt", text, (Block("paragraph", Span(0, len(text))),), language="en")


def kinds(claim: str) -> list[str]:
    verdict = check_claim(article_of(claim), article_of(SOURCE))
    return [finding.kind for sentence in verdict.sentences for finding in sentence.findings]


@pytest.mark.parametrize(
    "claim",
    [
        "The port of Harn handled about 8.6 million tonnes of cargo in 2025.",
        "The ministry did not approve the second quay.",
        "Fruit exports rose by 12 percent, and timber imports fell by 7 percent.",
        "Anna Berg runs the port and said: “We will come back in the spring”.",
        "The yard may close in June.",
        "More than 300 dockers work at the port of Harn.",
        "The port handled about 8.6 million tonnes, up 5.4 percent.",
    ],
)
def test_what_the_source_says_is_supported(claim: str) -> None:
    verdict = check_claim(article_of(claim), article_of(SOURCE))
    assert kinds(claim) == []
    assert verdict.is_supported


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("The port of Harn handled about 8.9 million tonnes of cargo in 2025.", "number"),
        ("The port of Harn handled about 8.6 billion tonnes of cargo in 2025.", "number"),
        ("Exports of fruit rose by 12 euros.", "unit"),
        ("Exports of fruit rose by 7 percent.", "relation"),
        ("The port of Harn handled 8.6 million tonnes of cargo in 2025.", "hedge"),
        ("Exactly 300 dockers work there.", "hedge"),
        ("The port of Velland handled about 8.6 million tonnes of cargo in 2025.", "name"),
        ("The yard may close in August.", "date"),
        ("“We will come back in the autumn with better plans,” said Anna Berg.", "quotation"),
        ("The ministry of transport approved the second quay.", "negation"),
        ("Exports of fruit did not rise by 12 percent.", "negation"),
        ("The yard will close in June.", "hedge"),
        ("Exports of fruit fell by 12 percent, imports of timber too.", "direction"),
    ],
)  # fmt: skip
def test_what_it_does_not_say_is_found(claim: str, kind: str) -> None:
    assert kind in kinds(claim)
    assert not check_claim(article_of(claim), article_of(SOURCE)).is_supported


@pytest.mark.parametrize(
    ("source", "claim", "found"),
    [
        ("The yard may close in May.", "The yard will close in May.", ["hedge"]),
        ("The yard closed in May.", "In May the yard closed.", []),
        ("It did not rain, and the yard might close in spring.", "The yard closes in spring.", ["hedge"]),
        ("It is unclear whether the yard will close in spring.", "The yard will close in spring.", ["hedge"]),
        ("It is false that the yard will close in spring.", "The yard will close in spring.", ["negation"]),
        ("Nearly all dockers signed the new contract.", "All dockers signed the new contract.", ["hedge"]),
        ("The Harn Dockers Union signed the contract.", "The HDU signed the contract.", []),
        ("The Bank of Velland raised its rate.", "BOV raised its rate.", []),
        ("The Harn Dockers Union signed the contract.", "The NRK signed the contract.", ["name"]),
    ],
)  # fmt: skip
def test_doubt_months_and_short_names(source: str, claim: str, found: list[str]) -> None:
    verdict = check_claim(article_of(claim), article_of(source))
    assert [f.kind for s in verdict.sentences for f in s.findings] == found


def test_another_story_has_no_support() -> None:
    verdict = check_claim(article_of("Nine cats sat quietly under tall trees."), article_of(SOURCE))
    assert not verdict.is_supported
    assert verdict.score < 0.3


def test_evidence_is_the_sentence_it_came_from() -> None:
    verdict = check_claim(article_of("The yard may close."), article_of(SOURCE))
    assert verdict.sentences[0].evidence[0].of(SOURCE) == "The yard may close in June."


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_it(claim: str, source: str) -> None:
    verdict = check_claim(article_of(claim), article_of(source))
    assert 0 <= verdict.score <= 1
    for sentence in verdict.sentences:
        assert all(0 <= f.words.start < f.words.end <= len(claim) for f in sentence.findings)
        assert all(0 <= e.start < e.end <= len(source) for e in sentence.evidence)


def test_the_command(run: Run, tmp_path: Path) -> None:
    source, claim, pairs = tmp_path / "source.txt", tmp_path / "claim.txt", tmp_path / "pairs.jsonl"
    source.write_text(SOURCE)
    claim.write_text("The yard may close in June. Exports of fruit rose by 21 percent.")
    result = run("check", claim, "--against", source)
    assert result.returncode == 1
    assert "ok  The yard may close in June." in result.stdout
    assert "number: '21' is not in the source" in result.stdout
    other = run("check", "-", "--against", source, stdin=b"Cats sat quietly under tall trees.")
    assert "??  Cats sat" in other.stdout
    assert "little of this is in the source" in other.stdout
    row = json.loads(run("check", claim, "--against", source, "--json").stdout)
    assert row["verdict"] == "unsupported"
    assert row["sentences"][1]["findings"][0]["text"] == "21"
    pairs.write_text(
        json.dumps({"id": "a", "doc": SOURCE, "claim": "The yard may close in June.", "label": 1})
        + "\n{broken\n"
        + json.dumps({"id": "b", "doc": "", "claim": "Nothing."})
        + "\n"
        + json.dumps({"id": "c", "doc": SOURCE, "claim": "The yard closed in May 1971."})
        + "\n"
    )
    result = run("check", pairs, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["verdict"] for row in rows] == ["supported", None, None, "unsupported"]
    assert result.returncode == 3
    assert "pairs.jsonl:2: no pair to check" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["claim.txt"], "nothing to check it against"),
        (["none.jsonl"], "cannot be read"),
        (["none.txt", "--against", "none.txt"], "no such file"),
    ],
)
def test_what_cannot_be_checked_says_why(run: Run, arguments: list[str], message: str) -> None:
    result = run("check", *arguments)
    assert result.returncode in {1, 3}
    assert message in result.stderr
    assert "Traceback" not in result.stderr
