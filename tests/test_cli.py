"""The command line as a user walks it: each command, each exit code, each bad input."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

from briefer import __version__
from briefer.brief import Brief

from .conftest import DEVELOPMENT, EXAMPLES, Run

FERRY = EXAMPLES / "day-1" / "ferry-strike.txt"
DAYS = (EXAMPLES / "day-1", EXAMPLES / "day-2")


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


class TestExitCodes:
    def test_0_all_done(self, run: Run) -> None:
        result = run("summarize", FERRY, "-m", "lead", "--rules")
        assert (result.returncode, result.stderr) == (0, "")

    def test_1_nothing_could_be_done(self, run: Run, tmp_path: Path) -> None:
        result = run("make", EXAMPLES / "day-1" / "empty.txt", "-o", tmp_path / "out")
        assert result.returncode == 1
        assert "empty.txt: the file is empty. Remove it" in result.stderr
        assert "nothing was written" in result.stderr
        assert not (tmp_path / "out").exists()
        assert run("summarize", tmp_path / "nowhere").returncode == 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["summarize"], "there are no sources. Name files or folders"),
            (
                ["summarize", "x", "-m", "gpt-9"],
                "no model 'gpt-9' in models.txt. Known: all-MiniLM-L6-v2, lead, bart-large-cnn",
            ),
            (
                ["summarize", "x", "-m", "figure-reader"],
                "figure-reader reads the numbers of a text and makes no bullets. Known: all-MiniLM",
            ),
            (
                ["make", "x", "-f", "rtf"],
                "no format 'rtf'. Known: html, pdf, eml, md, txt, docx, json",
            ),
            (["make", "x", "-f", ","], "no format named"),
            (["make", "x", "--date", "soon"], "--date 'soon' is not a day. Write it as YYYY-MM-DD"),
            (["make", "x", "-t", "no-folder"], "no such folder of templates"),
            (["make", "x", "-n", "0"], "greater than or equal to 1"),
            (["render", "none.json"], "none.json: cannot be read"),
            (["no-such-command"], "No such command"),
        ],
    )
    def test_2_usage(self, run: Run, arguments: list[str], message: str) -> None:
        result = run(*arguments)
        assert result.returncode == 2
        assert message in result.stderr
        assert result.stdout == ""

    def test_3_some_sources_failed_and_the_others_went_on(self, run: Run, tmp_path: Path) -> None:
        result = run("make", *DAYS, "-o", tmp_path / "out", "--date", "2026-03-05")
        assert result.returncode == 3
        assert result.stderr.count("briefer: ") == 3
        assert "its language is 'fr'" in result.stderr
        assert [Path(line).suffix for line in result.stdout.split()] == [
            ".html", ".pdf", ".eml", ".md", ".txt", ".json",
        ]  # fmt: skip
        brief = msgspec.json.decode((tmp_path / "out" / "brief.json").read_bytes(), type=Brief)
        assert len(brief.articles) == 12
        assert len(brief.failures) == 3
        texts = {a.id: a.text for a in brief.articles}
        bullets = [b for story in brief.stories for b in story.lines(whole=True)]
        assert len(bullets) > 25
        for bullet in bullets:
            spans = bullet.parts or bullet.evidence
            printed = " ".join("".join(s.of(texts[bullet.article]) for s in spans).split())
            assert bullet.text == printed[:1].upper() + printed[1:]
        assert not any("Passengers queue" in b.text for b in bullets), "a caption became a bullet"


class TestSummarize:
    def test_json_has_one_object_a_line_with_the_promised_fields(self, run: Run) -> None:
        result = run("summarize", FERRY, EXAMPLES / "day-2" / "agency.jsonl", EXAMPLES / "day-1" / "empty.txt", "--json", "-n", "2")  # fmt: skip
        assert result.returncode == 3
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        assert [row["id"] for row in rows[1:3]] == ["vp-20260304-11", "vp-20260304-12"]
        assert rows[0]["title"] == "Ferry crews on Velland islands vote to strike from 16 March"
        assert (rows[0]["byline"], rows[0]["published"], rows[0]["language"]) == (
            "Maren Toft",
            "2026-03-03T18:40",
            "en",
        )
        assert rows[3]["error"]["what"] == "the file is empty"
        text = FERRY.read_text(encoding="utf-8")
        for bullet in rows[0]["bullets"]:
            assert bullet["status"] == "verbatim"
            ((start, end),) = bullet["evidence"]
            assert " ".join(text[start:end].split()) == bullet["text"]
        for callout in rows[0]["callouts"]:
            start, end = callout["span"]
            assert " ".join(text[start:end].split()) == callout["text"]
        for row in rows:
            assert {
                "id",
                "source",
                "title",
                "byline",
                "published",
                "language",
                "bullets",
                "callouts",
                "error",
            } <= row.keys()

    def test_standard_input_is_read(self, run: Run) -> None:
        result = run(
            "summarize",
            "-",
            "-m",
            "lead",
            stdin=b"Ten ships came in on Monday, the port said.\n",
        )
        assert result.returncode == 0
        assert "• Ten ships came in on Monday, the port said." in result.stdout

    def test_plain_takes_the_text_as_it_is(self, run: Run) -> None:
        text = b"By the time the ships came in, it was dark\n\nTen ships came in on Monday, the port said."
        rows = [
            json.loads(run("summarize", "-", "-m", "lead", "--json", *extra, stdin=text).stdout)
            for extra in ([], ["--plain"])
        ]
        assert [len(row["bullets"]) for row in rows] == [1, 2]
        assert rows[1]["title"] is None

    def test_both_runtimes_choose_nearly_the_same_sentences(self, run: Run) -> None:
        fast = run("summarize", *DAYS, "--json")
        reference = run("summarize", *DAYS, "--json", "--runtime", "torch")
        assert fast.returncode == reference.returncode == 3
        # Rounding to int8 may turn a choice between two sentences of like worth.
        rows = list(zip(fast.stdout.splitlines(), reference.stdout.splitlines(), strict=True))
        assert sum(one != other for one, other in rows) <= 1

    def test_offsets_into_markup_come_with_the_text_they_point_into(self, run: Run) -> None:
        row = json.loads(
            run("summarize", EXAMPLES / "day-1" / "unemployment.md", "-m", "lead", "--json").stdout
        )
        for bullet in row["bullets"]:
            parts = bullet.get("parts", bullet["evidence"])
            assert "".join(row["text"][start:end] for start, end in parts) == bullet["text"]

    def test_one_article_that_breaks_a_model_costs_no_other(self, run: Run, tmp_path: Path) -> None:
        mixed = "The port said on Monday that ten ships came in, and that more would follow. " * 5
        (tmp_path / "a.txt").write_text(
            mixed + "항만공사는물동량이증가할것으로전망했다" * 30 + ". " + mixed
        )
        result = run("summarize", tmp_path / "a.txt", FERRY)
        assert result.returncode == 0
        # What one sentence says over and over is told once.
        assert result.stdout.count("•") == 1 + 3

    def test_html_on_standard_input_is_read_as_html(self, run: Run) -> None:
        page = (EXAMPLES / "day-1" / "flood-defences.html").read_bytes()
        assert (
            "• The flood wall that is to protect"
            in run("summarize", "-", "-m", "lead", stdin=page).stdout
        )

    def test_a_closed_pipe_is_no_error(self, run: Run, tmp_path: Path) -> None:
        command = f"{os.sys.executable} -m briefer summarize {DAYS[0]} -m lead --json | head -c 20"  # type: ignore[attr-defined]
        assert os.system(f"{command} > {tmp_path}/out 2> {tmp_path}/err") == 0
        assert "BrokenPipe" not in (tmp_path / "err").read_text()


class TestAgain:
    def test_a_second_run_loads_no_model_parses_nothing_and_gives_the_same_bytes(
        self, run: Run, tmp_path: Path
    ) -> None:
        first = run("make", *DAYS, "-o", tmp_path / "one", "--date", "2026-03-05")
        # The worker cannot start and no model is to be had: only the store can answer.
        (tmp_path / "broken").mkdir()
        for library in ("ctranslate2", "torch", "tokenizers", "trafilatura", "py3langid"):
            (tmp_path / "broken" / f"{library}.py").write_text("raise SystemExit('loaded')")
        second = run(
            "make",
            *DAYS,
            "-o",
            tmp_path / "two",
            "--date",
            "2026-03-05",
            PYTHONPATH=str(tmp_path / "broken"),
        )
        assert first.returncode == second.returncode == 3
        assert hashes(tmp_path / "one") == hashes(tmp_path / "two")

    def test_another_number_of_bullets_is_another_result(self, run: Run) -> None:
        counts = [run("summarize", FERRY, "-m", "lead", "-n", n).stdout.count("•") for n in "213"]
        assert counts == [2, 1, 3]

    def test_an_edited_article_is_read_again(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("Ten ships came in on Monday, the port said.")
        run("summarize", path, "-m", "lead")
        path.write_text("Six ships came in on Monday, the port said.")
        assert "Six ships" in run("summarize", path, "-m", "lead").stdout

    def test_render_needs_the_brief_alone(self, run: Run, tmp_path: Path) -> None:
        run("make", *DAYS, "-o", tmp_path / "one", "--date", "2026-03-05")
        result = run(
            "render",
            tmp_path / "one" / "brief.json",
            "-f",
            "html,pdf,eml,md,txt,json",
            "-o",
            tmp_path / "two",
        )
        assert result.returncode == 0
        assert hashes(tmp_path / "one") == hashes(tmp_path / "two")

    def test_the_zone_is_the_users_and_not_the_moments(self, run: Run, tmp_path: Path) -> None:
        for zone in ("UTC", "Asia/Seoul"):
            run(
                "make",
                FERRY,
                "-m",
                "lead",
                "-o",
                tmp_path / "a",
                "--date",
                "2026-03-05",
                "--zone",
                "Europe/Berlin",
                TZ=zone,
            )
            assert "(Europe/Berlin)" in (tmp_path / "a" / "brief.txt").read_text()
        assert "no time zone 'Mars'" in run("make", FERRY, "--zone", "Mars").stderr

    def test_an_unusable_store_costs_the_memory_and_not_the_brief(
        self, run: Run, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("")
        result = run("summarize", FERRY, "-m", "lead", "--store", tmp_path / "file" / "s.db")
        assert result.returncode == 0
        assert "Going on without keeping results" in result.stderr
        assert "•" in result.stdout


class TestBadInput:
    def test_every_bad_source_is_a_message_and_the_good_one_goes_on(
        self, run: Run, tmp_path: Path
    ) -> None:
        folder = tmp_path / "in"
        (folder / "nothing").mkdir(parents=True)
        (folder / "a-good.txt").write_text("Ten ships came in on Monday, the port said.")
        (folder / "b-empty.txt").write_bytes(b"")
        (folder / "c-image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
        (folder / "d-noise.bin").write_bytes(os.urandom(5000))
        (folder / "e-line.txt").write_bytes(b"word " * 4_200_000)
        (folder / "f-nul.txt").write_bytes(b"Ten\0ships came in on Tuesday, the port said.")
        (folder / "g-zeros.txt").write_bytes(bytes(5000))
        (folder / "h-buttons.txt").write_text("Share\nTweet\nPrint\n")
        (folder / "i-bad.jsonl").write_text(
            '{"text": "Ten ships came in on Friday, the port said."}\n{oops\n'
        )
        (folder / "j-page.html").write_text("<!doctype html><html><script>x</script></html>")
        result = run(
            "summarize", folder, folder / "nothing", folder / "missing", "-m", "lead", "--json"
        )
        assert result.returncode == 3
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        good = [row["source"].rsplit("/", 1)[1] for row in rows if row["error"] is None]
        assert good == ["a-good.txt", "f-nul.txt", "i-bad.jsonl:1"]
        assert len(rows) == 13
        for row in rows:
            if row["error"]:
                assert row["error"]["what"]
                assert row["error"]["hint"]
        assert (
            "NUL bytes read as spaces: 1"
            in next(r for r in rows if "f-nul" in r["source"])["warnings"]
        )
        assert (
            "longer than 10 MB" in next(r for r in rows if "e-line" in r["source"])["error"]["what"]
        )

    def test_a_long_line_within_the_limit_is_summarised_with_a_warning(
        self, run: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "line.txt"
        path.write_text("Ten ships came in on Monday, the port said. " + "word " * 2000)
        row = json.loads(run("summarize", path, "--json", "-n", "1").stdout)
        assert row["bullets"][0]["text"].startswith("Ten ships")
        assert "longer than the model's window" in row["warnings"][0]

    def test_an_unwritable_folder_is_a_message(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        result = run("make", FERRY, "-m", "lead", "-o", tmp_path / "file")
        assert result.returncode == 2
        assert "cannot be written" in result.stderr

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "not a brief"),
            ("[]", "not a brief"),
            ('{"title": "x"}', "not a brief"),
            ("\0", "not a brief"),
        ],
    )
    def test_what_is_not_a_brief_is_refused(
        self, run: Run, tmp_path: Path, content: str, message: str
    ) -> None:
        (tmp_path / "b.json").write_text(content)
        result = run("render", "b.json")
        assert result.returncode == 2
        assert message in result.stderr

    def test_a_brief_whose_spans_do_not_fit_is_refused(self, run: Run, tmp_path: Path) -> None:
        run("make", FERRY, "-m", "lead", "-o", tmp_path, "-f", "json")
        brief = json.loads((tmp_path / "brief.json").read_text())
        brief["stories"][0]["bullets"][0]["evidence"] = [[5, 99999]]
        (tmp_path / "brief.json").write_text(json.dumps(brief))
        result = run("render", "brief.json")
        assert result.returncode == 2
        assert "contradicts itself: span [5, 99999] is outside" in result.stderr


class TestLists:
    def test_version_and_help(self, run: Run) -> None:
        assert run("--version").stdout == f"briefer {__version__}\n"
        for arguments in (
            ["-h"],
            ["--help"],
            ["make", "-h"],
            ["models", "-h"],
            ["prompts", "-h"],
            ["store", "-h"],
        ):
            result = run(*arguments)
            assert result.returncode == 0
            assert "Usage: briefer" in result.stdout

    def test_the_models(self, run: Run) -> None:
        rows = json.loads(run("models", "list", "--json").stdout)
        assert [row["name"] for row in rows][:4] == [
            "all-MiniLM-L6-v2",
            "figure-reader",
            "sentence-parser",
            "lead",
        ]
        table = run("models", "list", NO_COLOR="1").stdout
        assert "all-MiniLM-L6-v2 *" in table
        assert "\x1b" not in table

    def test_the_schema_accepts_what_we_write(self, run: Run) -> None:
        schema = json.loads(run("schema").stdout)
        assert schema["$schema"].endswith("2020-12/schema")
        assert set(schema["$defs"]["Brief"]["required"]) >= {"stories", "articles", "colophon"}

    def test_the_store(self, run: Run, tmp_path: Path) -> None:
        where = tmp_path / "my.db"
        assert run("store", "path", BRIEFER_STORE=str(where)).stdout == f"{where}\n"
        run("make", FERRY, "-m", "lead", "-o", "out", "--store", where)
        info = json.loads(run("store", "info", "--json", "--store", where).stdout)
        assert (info["readings"], info["summaries"], info["briefs"]) == (1, 1, 1)
        assert "1 sources read" in run("store", "info", "--store", where).stdout
        assert (
            run("store", "prune", "--days", "0", "--store", where).stdout
            == "2 results removed\n1 source removed from the index\n"
        )

    def test_verbose_tells_how_each_source_was_read(self, run: Run) -> None:
        result = run("-v", "summarize", EXAMPLES / "day-1" / "flood-defences.html", "-m", "lead")
        assert "read as html:trafilatura, language en, 5 paragraphs, 3 bullets" in result.stderr

    def test_quiet_prints_errors_only(self, run: Run, tmp_path: Path) -> None:
        loud = run("summarize", FERRY, BRIEFER_CACHE=str(tmp_path / "cache"))
        assert "Converting all-MiniLM-L6-v2" in loud.stderr
        quiet = run("-q", "summarize", FERRY, BRIEFER_CACHE=str(tmp_path / "other"))
        assert quiet.stderr == ""
        assert quiet.stdout == loud.stdout


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="development data are not here")
def test_the_seed_articles_brief_holds_no_furniture(run: Run, tmp_path: Path) -> None:
    result = run(
        "make",
        DEVELOPMENT / "seed" / "article.txt",
        "-o",
        tmp_path,
        "--date",
        "2016-10-13",
        "-n",
        "20",
    )
    assert result.returncode == 0
    text = (tmp_path / "brief.txt").read_text()
    for furniture in ("Send to", "(Yonhap)", "Rep. Lee", "By Shin", "17:15"):
        assert furniture not in text
    assert "Shin Hyon-hee, 12 October 2016" in " ".join(text.split())
