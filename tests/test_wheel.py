"""The wheel holds all it needs: built, installed in a fresh environment, used there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT

PROGRAM = """
import sys
from pathlib import Path
import briefer
assert Path(briefer.__file__).is_relative_to(Path(sys.prefix)), briefer.__file__
from briefer import resources
from briefer.models.catalog import load_catalog
assert resources.package_root().name == "_resources", resources.package_root()
assert "all-MiniLM-L6-v2" in load_catalog()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_templates_fonts_prompts_and_the_catalogue(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "templates/brief.html", "templates/brief.typ", "templates/email.txt", "templates/style/brief.css",
        "templates/fonts/NotoSans-Regular.ttf", "templates/fonts/OFL.txt", "prompts/README.md", "prompts/bullets.txt", "prompts/merge.txt", "prompts/retry.txt", "models.txt",
        "weights/figure-reader.safetensors", "weights/figure-ranking.json", "weights/sentence-parser.safetensors",
    ):  # fmt: skip
        assert f"briefer/_resources/{wanted}" in names
    assert "briefer/py.typed" in names
    assert not [name for name in names if "tests" in name or "examples" in name]


def test_the_wheel_renders_a_brief_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    python = home / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True
    )
    # The libraries are those of this environment, through a path file; briefer is the wheel's own.
    (site,) = home.glob("lib/python*/site-packages")
    here = Path(os.path.realpath(pytest.__file__)).parents[1]
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for entry in here.iterdir():
        if not entry.name.lower().startswith(("_briefer", "briefer")) and entry.suffix != ".pth":
            (libraries / entry.name).symlink_to(entry)
    (site / "libraries.pth").write_text(str(libraries))
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    subprocess.run([python, "-c", PROGRAM], check=True, env=environment)

    source = tmp_path / "a.txt"
    source.write_text("Ten ships came in on Monday, the port said. It was a record for the month.")
    made = subprocess.run(
        [home / "bin" / "briefer", "make", str(source), "-m", "lead", "-o", str(tmp_path / "out")],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    again = subprocess.run(
        [home / "bin" / "briefer", "render", str(tmp_path / "out" / "brief.json"), "-f", "pdf,html",
         "-o", str(tmp_path / "again")],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    for name in ("brief.pdf", "brief.html"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
