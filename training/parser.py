"""Trains the parser of sentences; see README.md beside it.

python training/parser.py DATA
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from network import adapted, in_groups
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from train import OUT, pin
from transformers import AutoModel
from treebank import Row, sentences_of

from briefer.models import weights as model_weights
from briefer.models.catalog import SENTENCE_PARSER, find_model
from briefer.syntax import RELATIONS
from briefer.types import Span

FILE = "sentence-parser.safetensors"
RANK, _WIDTH, _NARROW, _NEAR = 32, 256, 96, 32
_PASSES, _RATE, _WARM_UP = 10, 1.5e-3, 0.06
_LONGEST = 900  # characters
_HELD = slice(4, None, 9)  # documents that are measured on, not trained on


class Pieces(NamedTuple):
    """A sentence in pieces: of each piece its head's (0 for the root) and its relation."""

    ids: list[int]
    arcs: list[tuple[int, int, int]]


def read_document(path: Path, tokenizer: Tokenizer) -> list[Pieces]:
    """Sentences of a ``.conllu`` file. A word is its first piece; the others hang on it as "piece"."""
    return [
        _in_pieces(tokenizer.encode(text), rows)
        for text, rows in sentences_of(path, _LONGEST)
        if len(rows) > 2
    ]


def _in_pieces(encoding: Any, rows: Sequence[Row]) -> Pieces:
    places = [Span(*place) for place in encoding.offsets]

    def first(span: Span) -> int | None:
        return next((i for i, p in enumerate(places) if p.overlaps(span) and p.start < p.end), None)

    of: dict[int, int | None] = {0: 0} | {row.number: first(row.span) for row in rows}
    arcs = [
        (word, head, _relation(row.relation))
        for row in rows
        if (word := of[row.number]) is not None and (head := of.get(row.head)) is not None
    ]
    words = {piece for number, piece in of.items() if number}
    for i, place in enumerate(places):
        if place.start < place.end and i not in words:
            inside = (
                of[row.number] for row in rows if row.span.start <= place.start < row.span.end
            )
            owner = next(inside, None)
            if owner is not None:
                arcs.append((i, owner, RELATIONS.index("piece")))
    return Pieces(encoding.ids, arcs)


def _relation(name: str) -> int:
    plain = "relcl" if name == "acl:relcl" else name.split(":", maxsplit=1)[0]
    return RELATIONS.index(plain if plain in RELATIONS else "dep")


class Parser(nn.Module):
    """Encoder with adapters, and biaffine scores of heads and relations (Dozat and Manning 2017)."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = adapted(encoder, RANK)
        self.dep, self.head = nn.Linear(size, _WIDTH), nn.Linear(size, _WIDTH)
        self.bil = nn.Parameter(torch.eye(_WIDTH) / math.sqrt(_WIDTH))
        self.hb = nn.Linear(size, 1)
        self.near = nn.Embedding(2 * _NEAR + 1, 1)
        nn.init.zeros_(self.near.weight)
        self.rd, self.rh = nn.Linear(size, _NARROW), nn.Linear(size, _NARROW)
        self.rb = nn.Parameter(torch.randn(len(RELATIONS), _NARROW, _NARROW) * 0.02)
        self.rl = nn.Linear(2 * _NARROW, len(RELATIONS))
        self.dropout = nn.Dropout(0.2)

    def forward(self, rows: Sequence[Pieces]) -> tuple[Tensor, Tensor]:
        """Scores of every head of every piece, (n_rows, n_pieces, n_pieces), and the pieces' vectors."""
        longest = max(len(row.ids) for row in rows)
        ids = torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in rows])
        mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows])
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        dependent, head = self._half(self.dep, hidden), self._half(self.head, hidden)
        scores = dependent @ self.bil @ head.transpose(1, 2) + self.hb(hidden).transpose(1, 2)
        away = torch.arange(longest)[None] - torch.arange(longest)[:, None]
        steps = torch.clamp((torch.log2(away.abs().float() + 1) * 4).long(), max=_NEAR)
        scores = scores + self.near(torch.sign(away) * steps + _NEAR)[..., 0][None]
        return scores.masked_fill(mask[:, None] == 0, -1e4), hidden

    def relations(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Scores of the relations of pairs of pieces, (n_pairs, n_relations)."""
        a, b = self._half(self.rd, dependents), self._half(self.rh, heads)
        both = torch.einsum("ni,rij,nj->nr", a, self.rb, b)
        return both + self.rl(torch.cat([a, b], -1))

    def _half(self, layer: nn.Linear, x: Tensor) -> Tensor:
        return self.dropout(functional.gelu(layer(x), approximate="tanh"))

    def loss(self, rows: Sequence[Pieces]) -> Tensor:
        """Cross entropy of heads and of relations."""
        scores, hidden = self(rows)
        of, word, head, relation = arcs_of(rows)
        found = self.relations(hidden[of, word], hidden[of, head])
        return functional.cross_entropy(scores[of, word], head) + functional.cross_entropy(found, relation)  # fmt: skip


def arcs_of(rows: Sequence[Pieces]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of all arcs: which sentence, which piece, its head, its relation."""
    arcs = [(i, *arc) for i, row in enumerate(rows) for arc in row.arcs]
    of, word, head, relation = (torch.tensor([arc[k] for arc in arcs]) for k in range(4))
    return of, word, head, relation


def train(model: Parser, rows: Sequence[Pieces]) -> None:
    """AdamW with warm-up and linear decay."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=0.01)
    steps = _PASSES * math.ceil(len(rows) / 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min(1.0, (i + 1) / (_WARM_UP * steps)) * max(0.01, 1 - i / steps)
    )
    for epoch in range(_PASSES):
        model.train()
        total = 0.0
        for group in in_groups(rows):
            loss = model.loss(group)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(group)
        print(f"  pass {epoch + 1} of {_PASSES}: loss {total / len(rows):.3f}", flush=True)


def measure(model: Parser, rows: Sequence[Pieces]) -> tuple[float, float]:
    """Share of words with the right head, and with the right head and relation, in percent."""
    model.eval()
    right = labelled = words = 0
    with torch.no_grad():
        for start in range(0, len(rows), 32):
            group = rows[start : start + 32]
            scores, hidden = model(group)
            of, word, head, relation = arcs_of(group)
            best = scores[of, word].argmax(-1)
            named = model.relations(hidden[of, word], hidden[of, best]).argmax(-1)
            is_word = relation != RELATIONS.index("piece")
            right += int(((best == head) & is_word).sum())
            labelled += int(((best == head) & (named == relation) & is_word).sum())
            words += int(is_word.sum())
    return 100 * right / words, 100 * labelled / words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(2)
    base = model_weights.source_folder(find_model(SENTENCE_PARSER))
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    paths = sorted((data / "treebank").glob("*.conllu"))
    held = set(paths[_HELD])
    rows = [row for path in paths if path not in held for row in read_document(path, tokenizer)]
    unseen = [row for path in sorted(held) for row in read_document(path, tokenizer)]
    print(f"{len(rows)} sentences to train on, {len(unseen)} to measure on", flush=True)
    model = Parser(AutoModel.from_pretrained(base, dtype=torch.float32))
    train(model, rows)
    print("heads right {:.1f} %, and relations {:.1f} %".format(*measure(model, unseen)))
    kept = {}
    for name, value in model.state_dict().items():
        if not name.startswith("encoder.") or ".lora_" in name:
            # encoder.encoder.layer.0… in the module is encoder.layer.0… in the model's file.
            own = name.removeprefix("encoder.") if ".lora_" in name else name
            kept[own] = value.detach().to(torch.float16).contiguous()
    save_file(kept, OUT / FILE)
    pin()


if __name__ == "__main__":
    main()
