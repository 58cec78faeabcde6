"""Weights of the small models that `training/` fits: `weights/figure-ranking.json`."""

from __future__ import annotations

import json
from functools import cache

from briefer.resources import package_root


@cache
def weights_of(name: str) -> dict[str, float]:
    """Weights of a model by the name of the feature; "bias" stands for a feature that is always 1."""
    path = package_root() / "weights" / "figure-ranking.json"
    loaded: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded[name]


def weighed(known: dict[str, float], weights: dict[str, float]) -> float:
    """Sum of weights times features."""
    return sum(weight * known.get(name, 0.0) for name, weight in weights.items())
