"""The reader as a torch module, and its training; `briefer.models.figures` runs it without torch."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from examples import RELATIONS, Example, Number, Parsed
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

RANK, SCALE = 16, 2.0  # of the adapters; convert.py merges with the same scale
BATCH = 16  # sentences
_WIDTH = 192  # of a query
_NEAR = 16
_IGNORED = -100


class Adapted(nn.Module):
    """A linear layer that stays as it is, and a low-rank correction of it (Hu et al. 2021)."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.lora_a = nn.Parameter(
            torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features)
        )
        self.lora_b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) + SCALE * functional.linear(
            functional.linear(x, self.lora_a), self.lora_b
        )


def adapted(encoder: Any, rank: int) -> Any:
    """An encoder that stays as it is but for adapters of its linear layers."""
    encoder.requires_grad_(False)
    for layer in encoder.encoder.layer:
        for module in list(layer.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(module, name, Adapted(child, rank))
    return encoder


class Reader(nn.Module):
    """Encoder with adapters, two pointers a number, and answers to six questions."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = adapted(encoder, RANK)
        self.q = nn.Linear(2 * size, _WIDTH)
        self.pq = nn.ModuleList(nn.Linear(_WIDTH, _WIDTH) for _ in range(4))
        self.pk = nn.ModuleList(nn.Linear(size, _WIDTH) for _ in range(4))
        self.dist = nn.Embedding(4 * (2 * _NEAR + 1), 1)
        nn.init.zeros_(self.dist.weight)
        self.cls = nn.Linear(_WIDTH + size, 6)
        self.dropout = nn.Dropout(0.1)
        # For training alone: whose dependent each word is, and what it is to it.
        self.dependent, self.head = nn.Linear(size, _WIDTH), nn.Linear(size, _WIDTH)
        self.relation = nn.Linear(2 * size, len(RELATIONS))

    def forward(self, batch: Batch) -> tuple[list[Tensor], Tensor]:
        """Logits of the four ends, each (n_numbers, n_pieces), and of the answers, (n_numbers, 6)."""
        hidden = self.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        hidden = self.dropout(hidden)
        of, first, last = batch.sentence, batch.first, batch.last
        both = torch.cat([hidden[of, first], hidden[of, last]], -1)
        query = self.dropout(functional.gelu(self.q(both), approximate="tanh"))
        away = torch.arange(batch.ids.shape[1])[None] - first[:, None]
        steps = torch.clamp((torch.log2(away.abs().float() + 1) * 3).long(), max=_NEAR)
        bucket = torch.sign(away) * steps + _NEAR
        ends = []
        for k in range(4):
            score = (self.pk[k](hidden[of]) * self.pq[k](query)[:, None]).sum(-1)
            score = score / math.sqrt(_WIDTH) + self.dist(bucket + (2 * _NEAR + 1) * k)[..., 0]
            ends.append(score.masked_fill(batch.mask[of] == 0, -1e4))
        return ends, self.cls(torch.cat([query, hidden[of, 0]], -1))

    def parse_loss(self, rows: Sequence[Tree]) -> Tensor:
        """Cross entropy of heads, and half of that of relations, of sentences of the treebank."""
        longest = max(len(row.ids) for row in rows)
        ids = torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in rows])
        mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows])
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        scores = self.dependent(hidden) @ self.head(hidden).transpose(1, 2) / math.sqrt(_WIDTH)
        scores = scores.masked_fill(mask[:, None] == 0, -1e4)
        arcs = [(i, *arc) for i, row in enumerate(rows) for arc in row.arcs]
        of, word, head, relation = (torch.tensor([arc[k] for arc in arcs]) for k in range(4))
        pairs = torch.cat([hidden[of, word], hidden[of, head]], -1)
        return functional.cross_entropy(scores[of, word], head) + 0.5 * functional.cross_entropy(self.relation(pairs), relation)  # fmt: skip


class Tree(NamedTuple):
    """A sentence of the treebank in pieces: of each word its piece, its head's (0 for the root), its relation."""

    ids: list[int]
    arcs: list[tuple[int, int, int]]


def encode_trees(tokenizer: Tokenizer, sentences: Sequence[Parsed]) -> list[Tree]:
    """Parsed sentences in pieces; a word stands for itself with its first piece."""
    found = []
    for sentence in sentences:
        encoding = tokenizer.encode(sentence.text)
        one = Encoded(encoding.ids, encoding.offsets, [])

        def first(span: Any, one: Encoded = one) -> int | None:
            pieces = one.pieces(span)
            return pieces[0] if pieces else None

        arcs = []
        for span, head, relation in sentence.words:
            word, of = first(span), first(head) if head is not None else 0
            if word is not None and of is not None:
                arcs.append((word, of, relation))
        if arcs:
            found.append(Tree(encoding.ids, arcs))
    return found


class Batch(NamedTuple):
    """Sentences as tensors, with their numbers: of which sentence, from which piece to which."""

    ids: Tensor
    mask: Tensor
    sentence: Tensor
    first: Tensor
    last: Tensor
    numbers: list[tuple[Number, Encoded]]


class Encoded(NamedTuple):
    """A sentence in pieces."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    numbers: list[tuple[int, int, Number]]

    def pieces(self, span: Any) -> tuple[int, int] | None:
        """First and last piece of a span."""
        inside = [
            i for i, (a, b) in enumerate(self.offsets) if a < span.end and span.start < b and a < b
        ]
        return (inside[0], inside[-1]) if inside else None


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Encoded]:
    """Examples in pieces, without numbers that fell off a long sentence."""
    found = []
    for example in examples:
        encoding = tokenizer.encode(example.text)
        one = Encoded(encoding.ids, encoding.offsets, [])
        for number in example.numbers:
            pieces = one.pieces(number.at)
            if pieces is not None:
                one.numbers.append((*pieces, number))
        if one.numbers:
            found.append(one)
    return found


def in_groups(examples: Sequence[Any]) -> list[list[Any]]:
    """Examples in batches, shuffled, sentences of like length together."""
    order = random.sample(range(len(examples)), len(examples))
    groups = []
    for i in range(0, len(order), BATCH * 20):
        near = sorted(order[i : i + BATCH * 20], key=lambda k: len(examples[k].ids))
        groups += [near[j : j + BATCH] for j in range(0, len(near), BATCH)]
    random.shuffle(groups)
    return [[examples[k] for k in group] for group in groups]


def collate(rows: Sequence[Encoded]) -> Batch:
    """Sentences padded to the longest."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in rows])
    mask = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows])
    numbers = [(i, first, last, n, row) for i, row in enumerate(rows) for first, last, n in row.numbers]  # fmt: skip
    sentence, first, last = (torch.tensor([number[k] for number in numbers]) for k in range(3))
    return Batch(ids, mask, sentence, first, last, [(n, row) for _, _, _, n, row in numbers])


def loss_of(ends: Sequence[Tensor], answers: Tensor, batch: Batch) -> Tensor:
    """Cross entropy of the four ends and the direction, half of it for the yes-or-no questions."""
    targets: list[list[int]] = [[], [], [], []]
    for number, row in batch.numbers:
        measure = row.pieces(number.measure) if number.measure else None
        period = row.pieces(number.period) if number.period else None
        ignored = (_IGNORED, _IGNORED)
        pairs = (ignored, ignored) if number.is_open else (measure or (0, 0), period or (0, 0))
        for k, value in enumerate((*pairs[0], *pairs[1])):
            targets[k].append(value)
    numbers = [number for number, _ in batch.numbers]
    directions = torch.tensor([n.direction if n.direction >= 0 else _IGNORED for n in numbers])
    total = torch.zeros(())
    for logits, wanted in zip((*ends, answers[:, :3]), (*map(torch.tensor, targets), directions), strict=True):  # fmt: skip
        if (wanted != _IGNORED).any():
            total = total + functional.cross_entropy(logits, wanted, ignore_index=_IGNORED)
    for k, values in enumerate(zip(*[(n.is_change, n.is_statistic, n.is_told) for n in numbers], strict=True)):  # fmt: skip
        wanted = torch.tensor(values)
        asked = wanted >= 0
        if asked.any():
            total = total + 0.5 * functional.binary_cross_entropy_with_logits(answers[asked, 3 + k], wanted[asked])  # fmt: skip
    return total


def train(
    model: Reader,
    examples: Sequence[Encoded],
    trees: Sequence[Tree] = (),
    *,
    epochs: int,
    rate: float = 1e-3,
) -> None:
    """AdamW with warm-up over a tenth of the steps and linear decay; trees, if any, are mixed in."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    steps = epochs * (math.ceil(len(examples) / BATCH) + math.ceil(len(trees) / BATCH))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min(1.0, (i + 1) / (0.1 * steps + 1)) * max(0.02, 1 - i / steps)
    )
    model.train()
    for epoch in range(epochs):
        losses = []
        groups = in_groups(examples) + in_groups(trees)
        random.shuffle(groups)
        for group in groups:
            if isinstance(group[0], Tree):
                loss = model.parse_loss(group)
            else:
                batch = collate(group)
                loss = loss_of(*model(batch), batch)
            if not loss.requires_grad:
                continue
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"  pass {epoch + 1} of {epochs}: loss {sum(losses) / len(losses):.3f}", flush=True)


def weights_of(model: Reader) -> dict[str, Tensor]:
    """Adapters and heads in half precision, the adapters under the encoder's own names."""
    kept = {}
    for name, value in model.state_dict().items():
        if name.startswith("encoder.") and ".lora_" not in name:
            continue
        if name.startswith(("dependent.", "head.", "relation.")):
            continue
        # encoder.encoder.layer.0… in the module is encoder.layer.0… in the model's file.
        own = name.removeprefix("encoder.") if ".lora_" in name else name
        kept[own] = value.detach().to(torch.float16).contiguous()
    return kept
