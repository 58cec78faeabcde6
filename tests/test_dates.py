"""Dates and times in headers and datelines."""

from __future__ import annotations

import pytest

from briefer.reading.dates import find_date, iso_date


@pytest.mark.parametrize(
    ("line", "found", "iso"),
    [
        ("Oct. 12, 2016 - 17:15 By Shin Hyon-hee", "Oct. 12, 2016 - 17:15", "2016-10-12T17:15"),
        ("Published: 14 May 2024 at 5:45pm", "14 May 2024 at 5:45pm", "2024-05-14T17:45"),
        (
            "Tuesday 6 February 2024 08.15 GMT",
            "6 February 2024 08.15 GMT",
            "2024-02-06T08:15+00:00",
        ),
        ("2016-10-12T17:15+09:00", "2016-10-12T17:15+09:00", "2016-10-12T17:15+09:00"),
        ("3:45 p.m. ET, Mon June 3, 2019", "3:45 p.m. ET, Mon June 3, 2019", "2019-06-03T15:45"),
        ("12.10.2016", "12.10.2016", "2016-10-12"),
        ("31/12/2023", "31/12/2023", "2023-12-31"),
        ("03/04/2023", "03/04/2023", None),
        ("2024년 3월 5일", "2024년 3월 5일", "2024-03-05"),
        ("Publié le 4 mars 2026", "4 mars 2026", "2026-03-04"),
        ("12 a.m., 1 January 2020", "12 a.m., 1 January 2020", "2020-01-01T00:00"),
        ("September 3rd, 2021", "September 3rd, 2021", "2021-09-03"),
        ("31 February 2020", "31 February 2020", None),
        ("Jan. 5, 2020, 25:10", "Jan. 5, 2020, 25:10", "2020-01-05"),
    ],
)
def test_dates_are_found_where_they_stand(line: str, found: str, iso: str | None) -> None:
    match = find_date(line)
    assert match is not None
    assert line[match.start : match.end] == found
    assert match.iso == iso


@pytest.mark.parametrize("line", ["In 2016 prices rose", "on Wednesday", "Act 12 of 2020", "5/8"])
def test_what_is_no_whole_date_is_none(line: str) -> None:
    assert find_date(line) is None


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        ("2026-03-03", "2026-03-03"),
        ("2026-03-04T06:00:00+01:00", "2026-03-04T06:00+01:00"),
        ("4 March 2026", "2026-03-04"),
        ("yesterday", None),
        ("", None),
    ],
)
def test_given_dates_become_iso(given: str, iso: str | None) -> None:
    assert iso_date(given) == iso
