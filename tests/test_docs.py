"""The documentation says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from briefer.rendering.view import BriefView

from .conftest import ROOT


def test_the_command_line_reference_is_what_the_code_gives(tmp_path: Path) -> None:
    out = tmp_path / "cli.md"
    subprocess.run(
        [str(Path(sys.executable).with_name("typer")), "src/briefer/cli.py", "utils", "docs", "--name", "briefer",
         "--output", str(out)],
        check=True, capture_output=True, cwd=ROOT,
    )  # fmt: skip
    assert out.read_text() == (ROOT / "docs" / "cli.md").read_text(), "run `make docs`"


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_field_of_the_view_is_documented() -> None:
    text = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    for field in BriefView.__struct_fields__:
        assert f"`{field}`" in text, field


def test_the_readme_names_the_two_commands_that_the_makefile_has() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for command in ("brief", "test"):
        assert f"make {command}" in readme
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text()
