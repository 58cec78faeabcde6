"""Who may import whom, and what must stay unloaded until it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

SOURCE = ROOT / "src" / "briefer"
LEAVES = {"types", "errors", "resources", "files", "limits"}
HEAVY = {"torch", "transformers", "ctranslate2", "huggingface_hub", "ray", "matplotlib", "sklearn", "trafilatura",
         "tokenizers", "py3langid", "charset_normalizer", "resiliparse"}  # fmt: skip

#: Besides the leaves, what each part may import of the others (along the arrows of design.md).
MAY_IMPORT: dict[str, set[str]] = {
    "types": set(),
    "brief": set(),
    "brand": set(),
    "config": {"brand", "brief"},
    "delivery": {"config"},
    "sending": {"brief", "delivery", "rendering", "store"},
    "running": set(),
    "scheduling": set(),
    "site": {"brief", "pipeline", "rendering", "store"},
    "errors": set(),
    "resources": set(),
    "files": {"errors"},
    "limits": set(),
    "reading": {"limits"},
    "segmenting": set(),
    "quotations": set(),
    "turns": set(),
    "callouts": set(),
    "syntax": set(),
    "cuts": {"callouts"},
    "clauses": {"cuts", "syntax"},
    "trimming": {"callouts", "clauses", "cuts", "syntax"},
    "fidelity": {"claims"},
    "grounding": {"claims", "cuts", "fidelity", "trimming", "turns"},
    "writing": {"grounding", "models"},
    "drafting": {"callouts", "grounding", "syntax", "trimming", "turns"},
    "models": {"callouts", "limits", "segmenting", "syntax", "trimming"},
    "database": set(),
    "store": {"database"},
    "stories": set(),
    "summarizing": {
        "callouts",
        "drafting",
        "models",
        "quotations",
        "segmenting",
        "syntax",
        "writing",
    },
    "briefing": {"brief", "callouts", "models", "stories", "summarizing"},
    "rendering": {"brand", "brief", "grounding", "limits", "trimming"},
    "pipeline": {
        "brief",
        "callouts",
        "models",
        "prompting",
        "reading",
        "rendering",
        "segmenting",
        "store",
        "summarizing",
    },
    "claims": {"callouts", "segmenting"},
    "checking": {"claims", "reading"},
    "cli_check": {"checking"},
    "scoring": set(),
    "evaluating": {"drafting", "reading", "scoring", "segmenting", "summarizing", "trimming"},
    "cli_eval": {"evaluating", "models", "pipeline", "talk"},
    "options": {"brief", "config", "rendering"},
    "cli_options": {"talk"},
    "cli_store": {"printing", "search", "store", "talk"},
    "cli_house": {
        "cli_store",
        "config",
        "options",
        "printing",
        "rendering",
        "scheduling",
        "site",
        "talk",
    },
    "cli_make": {
        "briefing",
        "cli_options",
        "cli_send",
        "cli_store",
        "options",
        "pipeline",
        "rendering",
        "running",
        "search",
        "sending",
        "talk",
    },
    "cli_read": {"cli_options", "cli_store", "pipeline", "printing", "talk"},
    "cli_send": {
        "brief",
        "cli_store",
        "config",
        "delivery",
        "options",
        "pipeline",
        "rendering",
        "sending",
        "store",
        "talk",
    },
    "printing": {"callouts"},
    "talk": set(),
    "listing": {"database", "reading"},
    "ledger": {"database", "listing", "reading"},
    "parts": {"printing"},
    "engines": {"ledger", "models", "pipeline", "reading", "summarizing"},
    "engine_worker": {"engines", "limits", "pipeline", "reading"},
    "ray_engine": {"engines", "ledger", "models", "pipeline", "reading"},
    "batch": {"engines", "ledger", "listing", "parts", "reading"},
    "batch_report": {"batch", "engines", "ledger", "parts", "past_briefs", "reading", "rendering"},
    "past_briefs": {"briefing", "engines", "ledger", "pipeline", "rendering"},
    "query": set(),
    "index_rows": {"callouts", "query"},
    "search": {"callouts", "database", "index_rows", "query"},
    "archives": {
        "batch",
        "batch_report",
        "engines",
        "index_rows",
        "ledger",
        "models",
        "parts",
        "past_briefs",
        "pipeline",
        "ray_engine",
        "reading",
        "rendering",
        "search",
    },
    "cli_batch": {"archives", "batch", "cli_options", "options", "rendering", "talk"},
    "cli_search": {
        "cli_options",
        "cli_store",
        "index_rows",
        "models",
        "options",
        "query",
        "rendering",
        "search",
        "talk",
    },
    "cli_models": {"models", "printing", "talk"},
    "cli_prompts": {"printing", "prompting"},
    "prompting": set(),
    "cli": {
        "cli_batch",
        "cli_search",
        "cli_check",
        "cli_eval",
        "cli_house",
        "cli_make",
        "cli_models",
        "cli_options",
        "cli_prompts",
        "cli_read",
        "cli_send",
        "cli_store",
        "brief",
        "config",
        "options",
        "talk",
        "__version__",
    },
}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> list[tuple[str, bool]]:
    """Modules that a file imports, and whether it does so at its top level (when loaded)."""
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend((alias.name, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.module:
                found.append((child.module, top))
                if child.module == "briefer":
                    found.extend((f"briefer.{alias.name}", top) for alias in child.names)
            else:
                only_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
                is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                visit(child, top and not only_types and not is_function)

    visit(ast.parse(path.read_text(encoding="utf-8")), top=True)
    return found


FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_parts_import_only_what_they_may(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if own in {"__init__", "__main__"}:
        return
    allowed = MAY_IMPORT[own] | (
        {"types", "errors", "resources", "files"} if own not in LEAVES else set()
    )
    for module, _ in imports_of(path):
        if module.startswith("briefer."):
            part = part_of(module)
            assert part in allowed | {own, "__version__"}, f"{own} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_heavy_libraries_are_imported_inside_functions_and_only_where_they_belong(
    path: Path,
) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    for module, top in imports_of(path):
        library = module.split(".")[0]
        if library in HEAVY:
            assert not top, f"{path.name} imports {module} when loaded"
        if library in {"torch", "transformers", "ctranslate2", "tokenizers", "huggingface_hub"}:
            assert own == "models"
        if library in {
            "trafilatura",
            "resiliparse",
            "py3langid",
            "charset_normalizer",
            "markdown_it",
        }:
            assert own == "reading"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_comprehension_hides_a_function_of_its_module(path: Path) -> None:
    # Python 3.12 then takes the function for a variable without a value elsewhere in the same body.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    bound = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}  # fmt: skip
    assert not names & bound


def test_nothing_imports_the_command_line() -> None:
    for path in FILES:
        if path.name not in {"__main__.py"}:
            assert all(module != "briefer.cli" for module, _ in imports_of(path)), path


def test_every_part_is_in_the_table() -> None:
    parts = {p.relative_to(SOURCE).parts[0].removesuffix(".py") for p in FILES}
    assert parts - {"__init__", "__main__"} == set(MAY_IMPORT)


def loaded_by(program: str) -> set[str]:
    code = (
        f"import sys\n{program}\nprint(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines()[-1].split())


HELP = "import briefer.cli, contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    briefer.cli.app(['--help'], standalone_mode=False)"


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_by(HELP)
    assert "typer" in loaded
    assert not loaded & (HEAVY | {"numpy", "jinja2", "typst", "sqlite3", "msgspec"})


def test_importing_briefer_loads_nothing_heavy() -> None:
    assert not loaded_by("import briefer") & (HEAVY | {"numpy", "typer", "msgspec"})


def test_rendering_loads_no_model(tmp_path: Path) -> None:
    program = f"""
from briefer.rendering import RENDERERS
from briefer.rendering.look import Look
from briefer.brief import Brief, Colophon
c = Colophon("0", "m", "r", "l", "r", 3, 0, 0)
b = Brief("T", "2026-03-05", "UTC", "en", (), (), (), (), c)
for name, render in RENDERERS.items():
    open({str(tmp_path)!r} + "/" + name, "wb").write(render(b, Look()).data)
"""
    loaded = loaded_by(program)
    assert "typst" in loaded
    assert not loaded & (HEAVY | {"numpy"})


@pytest.mark.parametrize(
    "path", [*FILES, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda p: p.name
)
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420
