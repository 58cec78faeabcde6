"""What the heads of our own models share: small layers over an encoder's vectors, run in numpy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from briefer.models.contract import FloatArray

#: The heads of a reader or parser, beside the converted encoder.
HEADS: Final = "heads.safetensors"


def load_heads(folder: Path) -> dict[str, FloatArray]:
    """Weights by name, in 32 bits."""
    from safetensors.numpy import load_file

    return {name: array.astype(np.float32) for name, array in load_file(folder / HEADS).items()}


def gelu(x: FloatArray) -> FloatArray:
    """Gaussian error linear unit in the approximation by tanh (Hendrycks and Gimpel 2016)."""
    return np.asarray(
        0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x))), dtype=np.float32
    )
