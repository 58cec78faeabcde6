"""``python -m briefer.models.convert SOURCE TARGET``: Hugging Face weights to CTranslate2 int8.

Run by `weights` in a child process, since it imports torch.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Convert the model in the first folder into the second, which must not exist yet."""
    from ctranslate2.converters import TransformersConverter

    source, target = sys.argv[1:3]
    TransformersConverter(source, trust_remote_code=False).convert(target, quantization="int8")


if __name__ == "__main__":
    main()
