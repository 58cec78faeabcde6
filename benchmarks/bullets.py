"""Bullets beside the peers', the first sentences and the oracle, in one run, as a Markdown table.

    python benchmarks/bullets.py EXAMPLES.jsonl

EXAMPLES is as `briefer eval` reads it: ``id``, ``text`` and ``references`` a line. Every system gives
three sentences.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from peers import PEERS
from speed import HERE, PEER_HOME, install_peers


def main() -> None:
    examples = Path(sys.argv[1])
    install_peers()
    with tempfile.TemporaryDirectory() as folder:
        also = []
        for name in PEERS:
            command = [str(PEER_HOME / "bin" / "python"), "-W", "ignore", str(HERE / "peers.py"), name, str(examples)]  # fmt: skip
            made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            path = Path(folder, f"{name}.jsonl")
            path.write_text(made, encoding="utf-8")
            also += ["--also", f"{name}={path}"]
        subprocess.run([sys.executable, "-m", "briefer", "eval", str(examples), *also], check=True)


if __name__ == "__main__":
    main()
