"""``python -m briefer.models.convert SOURCE TARGET``: Hugging Face weights to CTranslate2 int8.

Run by `weights` in a child process, since it imports torch. Adapters that lie beside the weights
are merged into them first; heads go along as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

#: Low-rank adapters and heads that turn the encoder beside them into a reader of figures.
ADAPTERS = "figure-reader.safetensors"
_SCALE = 2.0  # of the adapters, as they were trained


def main() -> None:
    """Convert the model in the first folder into the second, which must not exist yet."""
    from ctranslate2.converters import TransformersConverter

    source, target = sys.argv[1:3]
    adapters = Path(source) / ADAPTERS
    if adapters.is_file():
        merge(Path(source))
    TransformersConverter(source, trust_remote_code=False).convert(target, quantization="int8")
    if adapters.is_file():
        split_heads(adapters, Path(target))


def merge(folder: Path) -> None:
    """Add the adapters in ``folder`` to its weights: W + scale · B A (Hu et al. 2021)."""
    from safetensors.numpy import load_file, save_file

    weights, adapters = load_file(folder / "model.safetensors"), load_file(folder / ADAPTERS)
    for name, down in adapters.items():
        if not name.endswith(".lora_a"):
            continue
        module = name.removesuffix(".lora_a")
        up = adapters[f"{module}.lora_b"].astype("float32")
        key = f"{module}.weight"
        weights[key] = weights[key] + _SCALE * (up @ down.astype("float32"))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def split_heads(adapters: Path, target: Path) -> None:
    """Write what is no adapter beside the converted weights."""
    from safetensors.numpy import load_file, save_file

    heads = {name: array for name, array in load_file(adapters).items() if ".lora_" not in name}
    save_file(heads, target / "heads.safetensors")


if __name__ == "__main__":
    main()
