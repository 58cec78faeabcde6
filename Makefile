# Two commands are all a newcomer needs: `make brief` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Longer than pip's own: the first installation fetches a few large wheels.
PIP := $(BIN)/python -m pip --disable-pip-version-check -q --timeout 120

.PHONY: brief test check lint format golden bench quality splitters docs clean

brief: $(VENV)/.installed  ## the brief of the examples: HTML, PDF, e-mail, Markdown, text, JSON
	@$(BIN)/briefer make examples/day-1 examples/day-2 --date 2026-03-05 -o out \
	  || test $$? -eq 3  # 3: the examples hold three sources that cannot be used, on purpose
	@echo "Open out/brief.html"

test: $(VENV)/.dev  ## format, lint, types, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2

format: $(VENV)/.dev  ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(VENV)/.dev  ## write the golden files anew; look at the difference before committing
	-$(BIN)/pytest -q tests/test_rendering.py --update-golden
	git diff --stat tests/golden

docs: $(VENV)/.dev  ## write docs/cli.md from the code
	$(BIN)/typer src/briefer/cli.py utils docs --name briefer --output docs/cli.md

bench: $(VENV)/.dev  ## speed against the peers, on ARTICLES (a .jsonl file of articles), and of models that write (12 GB, half an hour)
	$(BIN)/python benchmarks/speed.py $(ARTICLES)
	$(BIN)/python benchmarks/writers.py
	rm -rf out/bench
	$(BIN)/python benchmarks/archives.py make $(ARTICLES) out/bench/reports --reports 2000
	$(BIN)/python benchmarks/archives.py run out/bench/reports out/bench/whole
	$(BIN)/python benchmarks/archives.py kill out/bench/reports out/bench/killed --kills 10 --between 2 5
	$(BIN)/python benchmarks/archives.py ask out/bench/whole

quality: $(VENV)/.dev  ## callouts against the peers, on DATA (see benchmarks/quality.py), and bullets, on EXAMPLES (a .jsonl file)
	$(BIN)/python benchmarks/quality.py $(DATA)
	test -z "$(EXAMPLES)" || $(BIN)/python benchmarks/bullets.py $(EXAMPLES)

splitters: $(VENV)/.dev  ## sentence splitters on TREEBANK (a folder of .conllu files)
	$(PIP) install -c constraints.txt --group splitters
	$(BIN)/python -W ignore benchmarks/splitters.py $(TREEBANK)

clean:  ## remove what the commands above made, the environments too
	rm -rf out dist $(VENV) .bench-venv .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing briefer and its libraries into $(VENV) (once, a few minutes)…"
	$(PIP) install 'pip>=25.1'
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) install -c constraints.txt --group dev
	@touch $@
