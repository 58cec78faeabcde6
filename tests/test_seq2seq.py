"""Models that write: both runtimes, batches, and lengths."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import BartConfig, Qwen2Config

from briefer.models.generation import generation_in, load_generation, with_settings
from briefer.models.seq2seq import CTranslate2Seq2Seq, TorchSeq2Seq
from briefer.models.torch_generation import by_length, bytes_of_row
from briefer.models.weights import convert

from . import tiny

KINDS = ("bart", "pegasus", "t5", "mt5")
SETTINGS = {"max_length": 25, "no_repeat_ngram_size": 3, "min_length": 5}


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[CTranslate2Seq2Seq, TorchSeq2Seq]:  # fmt: skip
    folder = tmp_path_factory.mktemp(request.param)
    extra = {"forced_bos_token_id": 0} if request.param == "bart" else {}
    tiny.make_seq2seq(folder / "raw", request.param, **SETTINGS, **extra)
    shutil.copytree(folder / "raw", folder / "copy")
    convert(folder / "copy", folder / "made", quantization="float32")
    said = generation_in(folder / "raw")
    assert load_generation(folder / "made", {}) == said
    assert (said.max_new_tokens, said.min_new_tokens, said.no_repeat_ngram_size) == (24, 4, 3)
    fast = CTranslate2Seq2Seq(folder / "made", 64, said, threads=2, compute_type="float32")
    return fast, TorchSeq2Seq(folder / "raw", 64, said, threads=1)


def test_greedy_decoding_gives_the_same_text_in_both_runtimes(
    both: tuple[CTranslate2Seq2Seq, TorchSeq2Seq],
) -> None:
    fast, reference = both
    texts = [*tiny.TEXT, " ".join(tiny.TEXT), "x"]
    assert fast.generate(texts) == reference.generate(texts)
    assert len(set(reference.generate(texts))) > 1


def test_batch_equals_singles_and_order_does_not_matter(
    both: tuple[CTranslate2Seq2Seq, TorchSeq2Seq],
) -> None:
    texts = [*tiny.TEXT, " ".join(tiny.TEXT[:2]), "x"] * 2
    for model in both:
        together = model.generate(texts)
        assert together == [model.generate([text])[0] for text in texts]
        assert together == model.generate(texts[::-1])[::-1]
        assert model.generate([]) == []


def test_an_answer_of_a_given_length_has_it_in_both_runtimes(
    both: tuple[CTranslate2Seq2Seq, TorchSeq2Seq],
) -> None:
    fixed = {"min_new_tokens": 12, "max_new_tokens": 12}
    answers = []
    for model in both:
        before = model._generation
        model._generation = with_settings(before, fixed)
        answers.append(model.generate(list(tiny.TEXT)))
        model._generation = before
    assert answers[0] == answers[1]


def test_a_batch_too_large_for_the_memory_is_halved() -> None:
    sizes = []

    def answer(rows: list[list[int]]) -> list[list[int]]:
        sizes.append(len(rows))
        if len(rows) > 3:
            raise torch.OutOfMemoryError
        return [[len(row)] for row in rows]

    rows = [[0] * n for n in (5, 3, 9, 1, 7, 2, 8)]
    assert by_length(rows, 7, answer) == [[len(row)] for row in rows]
    assert sizes == [7, 3, 4, 2, 2]
    with pytest.raises(torch.OutOfMemoryError):
        by_length([[0]] * 2, 2, lambda _: (_ for _ in ()).throw(torch.OutOfMemoryError()))


@pytest.mark.parametrize(("rows_of_memory", "sizes"), [(100, [7]), (3, [3, 3, 1]), (0.2, [1] * 7)])
def test_a_gpu_is_given_as_many_inputs_as_its_free_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_of_memory: float, sizes: list[int]
) -> None:
    tiny.make_seq2seq(tmp_path, "bart")
    generator = TorchSeq2Seq(tmp_path, 64, generation_in(tmp_path), threads=1)._model
    of_one = bytes_of_row(generator._model.config, 9, 20, 1)
    free = int(2 * of_one * rows_of_memory) + 10
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (free, free))
    generator.on_gpu = True
    found: list[int] = []

    def batch(rows: list[list[int]], _: object) -> list[list[int]]:
        found.append(len(rows))
        return rows

    monkeypatch.setattr(generator, "_batch", batch)
    rows = [[5] * n for n in (5, 3, 9, 1, 7, 2, 8)]
    assert generator.generate(rows, 1, max_new_tokens=20, num_beams=1) == rows
    assert found == sizes


def test_the_memory_of_an_input_is_reckoned_from_the_shape_of_the_model() -> None:
    wide = BartConfig(d_model=1024, decoder_layers=12, decoder_attention_heads=16, encoder_ffn_dim=4096)  # fmt: skip
    short = BartConfig(d_model=1024, decoder_layers=6, decoder_attention_heads=16, encoder_ffn_dim=4096)  # fmt: skip
    few = Qwen2Config(hidden_size=896, num_hidden_layers=24, num_attention_heads=14, num_key_value_heads=2)  # fmt: skip
    all_ = Qwen2Config(hidden_size=896, num_hidden_layers=24, num_attention_heads=14, num_key_value_heads=14)  # fmt: skip
    sizes = [bytes_of_row(shape, 1000, 80, 1) for shape in (wide, short, few, all_)]
    assert sizes[1] < sizes[0] < 100_000_000
    assert sizes[2] < sizes[3]
    # Measured on a GPU: 57, 31 and 49 MB.
    assert all(taken < size for taken, size in zip((57e6, 31e6, 49e6), sizes, strict=False))
    assert bytes_of_row(wide, 1000, 80, 4) > 3 * 57e6


def test_code_that_a_model_names_is_never_run(tmp_path: Path) -> None:
    tiny.make_seq2seq(tmp_path / "raw", "bart")
    trap = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\nclass Evil: pass\n"
    (tmp_path / "raw" / "evil.py").write_text(trap)
    for name, kind in (("config.json", "AutoConfig"), ("tokenizer_config.json", "AutoTokenizer")):
        path = tmp_path / "raw" / name
        said = json.loads(path.read_text())
        said["auto_map"] = {kind: "evil.Evil" if kind == "AutoConfig" else ["evil.Evil", None]}
        path.write_text(json.dumps(said))
    convert(tmp_path / "raw", tmp_path / "made")
    assert not (tmp_path / "raw" / "ran").exists()
    assert (tmp_path / "made" / "model.bin").is_file()
