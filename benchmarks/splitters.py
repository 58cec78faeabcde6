"""Compare sentence splitters on a treebank's gold sentences: boundary F1, sentences a CPU-second.

    python benchmarks/splitters.py FOLDER_OF_CONLLU_FILES

Each paragraph of the treebank is joined to raw text again (``SpaceAfter``, ``newpar``) and split;
what counts is the set of boundaries inside paragraphs. Peers that are not installed are left out
(`pip install --group splitters`).
"""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from briefer.segmenting import sentence_ends

Splitter = Callable[[str], Iterable[str]]


def paragraphs(folder: Path, genres: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Gold sentences of each paragraph, each with the white space that follows it."""
    for path in sorted(folder.glob("*.conllu")):
        if genres and path.stem.split("_")[1] not in genres:
            continue
        sentences: list[str] = []
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            lines = block.split("\n")
            if any(line.startswith("# newpar") for line in lines) and sentences:
                yield sentences
                sentences = []
            text = next(line[9:] for line in lines if line.startswith("# text = "))
            last = [line for line in lines if line[:1].isdigit()][-1]
            sentences.append(text + ("" if "SpaceAfter=No" in last else " "))
        if sentences:
            yield sentences


def boundaries(pieces: Iterable[str]) -> set[int]:
    """Boundaries inside a paragraph, counted in characters that are not white space."""
    found, offset = set(), 0
    for piece in pieces:
        offset += len(re.sub(r"\s+", "", piece))
        found.add(offset)
    return found - {offset}


def ours(text: str) -> list[str]:
    ends = sentence_ends(text)
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def peers() -> dict[str, Splitter]:
    found: dict[str, Splitter] = {"briefer": ours}

    def have(name: str) -> bool:
        return importlib.util.find_spec(name) is not None

    if have("blingfire"):
        import blingfire

        found["blingfire"] = lambda text: blingfire.text_to_sentences(text).split("\n")
    if have("syntok"):
        from syntok import segmenter

        found["syntok"] = lambda text: [
            "".join(token.spacing + token.value for token in sentence)
            for paragraph in segmenter.process(text)
            for sentence in paragraph
        ]
    if have("segtok"):
        from segtok.segmenter import split_single

        found["segtok"] = lambda text: list(split_single(text))
    if have("nltk"):
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

        from briefer import segmenting

        parameters = PunktParameters()
        parameters.abbrev_types = {
            *segmenting._TITLES, *segmenting._BEFORE_NUMBER, *segmenting._EITHER
        }  # fmt: skip
        punkt = PunktSentenceTokenizer(parameters)
        found["punkt, our abbreviations"] = punkt.tokenize
    if have("pysbd"):
        import pysbd

        pysbd_segmenter = pysbd.Segmenter(language="en", clean=False)
        found["pysbd"] = pysbd_segmenter.segment
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    genres = tuple(g for g in sys.argv[2].split(",") if g) if len(sys.argv) > 2 else ()
    gold = list(paragraphs(folder, genres))
    n_gold = sum(len(sentences) for sentences in gold)
    print(f"{n_gold} gold sentences in {len(gold)} paragraphs\n")
    print("| splitter | precision | recall | F1 | sentences/CPU-s |")
    print("|---|---|---|---|---|")
    for name, split in peers().items():
        split("Warm up. Twice.")
        hits = found = wanted = 0
        cpu = 0.0
        for sentences in gold:
            text = "".join(sentences).strip()
            start = time.process_time()
            pieces = list(split(text))
            cpu += time.process_time() - start
            got, want = boundaries(pieces), boundaries(sentences)
            hits, found, wanted = hits + len(got & want), found + len(got), wanted + len(want)
            if "-v" in sys.argv and name == "briefer":
                squeezed = re.sub(r"\s+", "", text)
                for at in sorted(got ^ want):
                    kind = "EXTRA" if at in got else "MISSED"
                    print(f"  {kind} …{squeezed[max(0, at - 50) : at]} ¦ {squeezed[at : at + 40]}…")
        precision, recall = hits / max(found, 1), hits / max(wanted, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(
            f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {n_gold / max(cpu, 1e-9):,.0f} |"
        )


if __name__ == "__main__":
    main()
