"""``python -m briefer.models.convert SOURCE TARGET [QUANTIZATION]``: Hugging Face weights to CTranslate2.

Run by `weights` in a child process, since it imports torch. Adapters that lie beside the weights
are merged into them first; heads go along as they are, and of a model that writes its tokenizer and
its settings of generation and its chat template.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from briefer.models.chat_template import CHAT, template_in
from briefer.models.generation import GENERATION, generation_in
from briefer.models.heads import HEADS

_WEIGHTS = "model.safetensors"
_SCALE = 2.0  # of the adapters, as they were trained
_TOKENIZER = "tokenizer.json"
_ABSOLUTE: Final = {"position_embedding_type": "absolute"}
# What the converter asks of config.json and newer versions of transformers no longer write: the kind of
# positions; whether a layer's norm comes before it, whether one follows the last, and after the embeddings.
_LEFT_OUT: Final[dict[str, dict[str, Any]]] = {
    "bert": _ABSOLUTE, "roberta": _ABSOLUTE, "xlm-roberta": _ABSOLUTE, "camembert": _ABSOLUTE,
    "bart": {"normalize_before": False, "add_final_layer_norm": False, "normalize_embedding": True},
    "pegasus": {"normalize_before": True, "add_final_layer_norm": True, "normalize_embedding": False},
}  # fmt: skip


def main() -> None:
    """Convert the model in the first folder into the second, which must not exist yet."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    quantization = sys.argv[3] if len(sys.argv) > 3 else "int8"
    adapters = adapters_in(source)
    if adapters:
        merge(source / _WEIGHTS, adapters)
    complete_config(source / "config.json")
    without_code(source)
    see_to_attention(source)
    _converter(source).convert(str(target), quantization=quantization)
    if adapters:
        split_heads(adapters, target)
    (target / GENERATION).write_bytes(msgspec.json.encode(generation_in(source)))
    write_tokenizer(source, target)
    if template := template_in(source):
        (target / CHAT).write_bytes(msgspec.json.encode(template))


def _converter(source: Path) -> Any:
    """CTranslate2's converter, with what it leaves out."""
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc]  # no type information published
        def _load(self) -> Any:
            spec = super()._load()
            complete_positions(spec, source)
            return spec

    return Converter(str(source), trust_remote_code=False)


def see_to_attention(source: Path) -> None:
    """Refuse a model whose layers look back over a sliding window.

    CTranslate2 4.8 reads a prompt longer than the window wrongly (Gemma 3, 512 tokens).
    """
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(source, trust_remote_code=False)
    inner = getattr(config, "text_config", None) or config
    if "sliding_attention" in (getattr(inner, "layer_types", None) or ()):
        raise SystemExit(f"its layers look back {inner.sliding_window} tokens, and CTranslate2 reads longer prompts wrongly")  # fmt: skip


def complete_positions(spec: Any, source: Path) -> None:
    """Write the factor by which Llama 3 stretches its positions, which the converter forgets (4.8).

    Without it every answer is a little another one than the reference's.
    """
    import numpy as np

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    scaling = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if scaling.get("rope_type", scaling.get("type")) != "llama3":
        return
    for layer in spec.decoder.layer:
        # The class allows no new attributes; what is in its dictionary is written.
        written = vars(layer.self_attention)
        written["rotary_scaling_factor"] = np.dtype("float32").type(scaling["factor"])
        original = scaling["original_max_position_embeddings"]
        written["original_max_position_embeddings"] = np.dtype("int32").type(original)


def complete_config(path: Path) -> None:
    """Add to a config.json what the converter asks of it."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config = _LEFT_OUT.get(config.get("model_type", ""), {}) | config
    path.write_text(json.dumps(config), encoding="utf-8")


def without_code(folder: Path) -> None:
    """Take out what names code of the model's own: some libraries ask whether to run it."""
    for name in ("config.json", "tokenizer_config.json"):
        path = folder / name
        if path.is_file():
            config = json.loads(path.read_text(encoding="utf-8"))
            config.pop("auto_map", None)
            path.write_text(json.dumps(config), encoding="utf-8")


def write_tokenizer(source: Path, target: Path) -> None:
    """Write tokenizer.json beside the converted weights, made from older files where there is none."""
    made = target / _TOKENIZER
    if (source / _TOKENIZER).is_file():
        if source != target:
            made.write_bytes((source / _TOKENIZER).read_bytes())
        return
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    tokenizer.backend_tokenizer.save(str(made))


def adapters_in(folder: Path) -> Path | None:
    """The file of adapters and heads that make a reader or parser of the encoder beside it."""
    return next(
        (p for p in sorted(folder.glob("*.safetensors")) if not p.name.startswith("model")), None
    )


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
