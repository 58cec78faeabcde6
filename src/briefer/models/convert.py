"""``python -m briefer.models.convert SOURCE TARGET``: Hugging Face weights to CTranslate2 int8.

Run by `weights` in a child process, since it imports torch. Adapters that lie beside the weights
are merged into them first; heads go along as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from briefer.models.heads import HEADS

_WEIGHTS = "model.safetensors"
_SCALE = 2.0  # of the adapters, as they were trained


def main() -> None:
    """Convert the model in the first folder into the second, which must not exist yet."""
    from ctranslate2.converters import TransformersConverter

    source, target = sys.argv[1:3]
    adapters = adapters_in(Path(source))
    if adapters:
        merge(Path(source) / _WEIGHTS, adapters)
    TransformersConverter(source, trust_remote_code=False).convert(target, quantization="int8")
    if adapters:
        split_heads(adapters, Path(target))


def adapters_in(folder: Path) -> Path | None:
    """The file of adapters and heads that make a reader or parser of the encoder beside it."""
    return next((p for p in sorted(folder.glob("*.safetensors")) if p.name != _WEIGHTS), None)


def merge(path: Path, adapters_path: Path) -> None:
    """Add adapters to the weights in ``path``: W + scale · B A (Hu et al. 2021)."""
    from safetensors.numpy import load_file, save_file

    weights, adapters = load_file(path), load_file(adapters_path)
    for name, down in adapters.items():
        if not name.endswith(".lora_a"):
            continue
        module = name.removesuffix(".lora_a")
        up = adapters[f"{module}.lora_b"].astype("float32")
        key = f"{module}.weight"
        weights[key] = weights[key] + _SCALE * (up @ down.astype("float32"))
    save_file(weights, path, metadata={"format": "pt"})


def split_heads(adapters: Path, target: Path) -> None:
    """Write what is no adapter beside the converted weights."""
    from safetensors.numpy import load_file, save_file

    heads = {name: array for name, array in load_file(adapters).items() if ".lora_" not in name}
    save_file(heads, target / HEADS)


if __name__ == "__main__":
    main()
