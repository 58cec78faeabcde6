"""Bytes to text: encodings, and that every offset into the result is one into the source."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefer.errors import SourceError
from briefer.reading.decoding import decode, normalize

FRENCH = "Le marché européen s'est redressé après l'été, a déclaré à Orléans la présidente. " * 4
KOREAN = "항만공사는 올해 물동량이 소폭 증가할 것으로 전망했다. 운임은 하락했다. " * 8


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (codecs.BOM_UTF8 + FRENCH.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"), "utf-32-le"),
        (FRENCH.encode(), "utf-8"),
        (b'<meta charset="iso-8859-1">' + FRENCH.encode("cp1252"), "cp1252"),
        (
            b'<?xml version="1.0" encoding="windows-1252"?>' + FRENCH.encode("cp1252"),
            "windows-1252",
        ),
        (b"<meta charset='euc-kr'>" + KOREAN.encode("cp949"), "cp949"),
    ],
)
def test_marks_and_declarations_decide_the_encoding(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert decoded.text.endswith((FRENCH, KOREAN))
    assert decoded.notes == ()


@pytest.mark.parametrize(
    ("data", "text"), [(FRENCH.encode("cp1252"), FRENCH), (KOREAN.encode("cp949"), KOREAN)]
)
def test_an_undeclared_encoding_is_guessed_and_said(data: bytes, text: str) -> None:
    decoded = decode(data)
    assert decoded.text == text
    assert decoded.notes[0].startswith("encoding guessed: ")


def test_a_declaration_in_prose_declares_nothing() -> None:
    assert decode("The page said charset=utf-16, é.".encode()).encoding == "utf-8"


def test_a_wrong_declaration_does_not_lose_the_text() -> None:
    data = b'<meta charset="no-such-thing">' + FRENCH.encode()
    assert decode(data).text.endswith(FRENCH)


@given(st.text())
def test_normalising_keeps_every_offset(text: str) -> None:
    assert len(normalize(text)) == len(text)


@given(st.text(alphabet=st.sampled_from("ab\r\n\u00a0\u2003\u3000\x00\x85\u2028")))
def test_normal_text_has_plain_white_space_only(text: str) -> None:
    assert set(normalize(text)) <= set("ab \n")
    assert normalize(text).count("a") == text.count("a")


def test_line_ends_of_every_system_end_lines() -> None:
    assert normalize("a\r\nb\rc\nd") == "a \nb\nc\nd"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t ", "the file is empty"),
        (codecs.BOM_UTF8, "white space only"),
        (b"%PDF-1.7 ...", "this is a PDF"),
        (b"PK\x03\x04rest", "ZIP archive or an office document"),
        (bytes(range(256)) * 40, "not text"),
        (b"abc\0\0\0\1\2\3" * 50, "control characters"),
    ],
)
def test_what_is_not_text_is_refused_with_a_reason_and_a_hint(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        decode(data)
    assert caught.value.hint


def test_a_few_nul_bytes_become_spaces_and_are_said() -> None:
    decoded = decode(b"One sentence\0with a NUL byte in it, and a good deal of text besides.")
    assert decoded.text.startswith("One sentence with a NUL")
    assert decoded.notes == ("NUL bytes read as spaces: 1",)
