# Every verb sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help report rehearse new-wave diff serve test check bench schema lock clean

VERKENNING := .venv/bin/verkenning
RUNTIME := .venv/runtime.stamp
DEV := .venv/dev.stamp

# STUDY= WAVE= LANGS= ENGINE= JOBS= FILE= narrow or feed a verb; each verb takes those it knows.
STUDY_OPTION = $(if $(STUDY),--study "$(STUDY)")
WAVE_OPTION = $(if $(WAVE),--wave "$(WAVE)")
LANGS_OPTION = $(if $(LANGS),--langs "$(LANGS)")
ENGINE_OPTION = $(if $(ENGINE),--engine "$(ENGINE)")
JOBS_OPTION = $(if $(JOBS),--jobs "$(JOBS)")
BUILD_OPTIONS = $(STUDY_OPTION) $(WAVE_OPTION) $(LANGS_OPTION) $(ENGINE_OPTION) $(JOBS_OPTION)

help: ## list the verbs
	@echo "make VERB [STUDY=name or folder] [WAVE=id,…] [LANGS=nl,en] [ENGINE=auto|quarto|embedded] [JOBS=n]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(RUNTIME) ## raw exports -> site, PDF, Word, workbook and open data in build/<study>/
	@$(VERKENNING) report $(BUILD_OPTIONS)

rehearse: $(RUNTIME) ## invent the answers of WAVE= (or all), written as its survey tool would; ARGS="--n 60"
	@$(VERKENNING) rehearse $(STUDY_OPTION) $(WAVE_OPTION) $(ARGS)

new-wave: $(RUNTIME) ## draft the wave file and passport of the export FILE= as WAVE=
	$(if $(and $(WAVE),$(FILE)),,$(error say WAVE=id FILE=export, as in make new-wave WAVE=2027 FILE=export.csv))
	@$(VERKENNING) new-wave $(STUDY_OPTION) $(WAVE_OPTION) $(if $(FILE),--file "$(FILE)")

diff: $(RUNTIME) ## what differs from FILE=, a published.csv of before (its comparisons.csv beside it)
	$(if $(FILE),,$(error say FILE=, the published.csv of an earlier build))
	@$(VERKENNING) diff $(STUDY_OPTION) $(if $(FILE),--file "$(FILE)")

serve: $(RUNTIME) ## show the built site on this machine, 127.0.0.1 only; PORT= (8000)
	@$(VERKENNING) serve $(STUDY_OPTION) $(if $(PORT),--port "$(PORT)")

test: $(DEV) ## all tests; ARGS= goes to pytest, as ARGS=tests/survey
	@.venv/bin/python -m pytest -n $(or $(JOBS),auto) $(ARGS)

check: $(DEV) ## format, lint, types, import rules, typed numbers, links, schemas, locks; STUDY= as well
	@$(VERKENNING) check $(STUDY_OPTION)

bench: $(DEV) ## how long a build and the statistics take; FULL=1 adds the slow rivals
	@$(VERKENNING) bench $(BUILD_OPTIONS)
	@PYTHONPATH=. .venv/bin/python tests/bench/bench_statistics.py

schema: $(RUNTIME) ## write the JSON Schemas of the study format from its types
	@$(VERKENNING) schema

LOCK = .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--fork-strategy fewest --no-emit-index-url --no-header --quiet --group build
lock: $(DEV) ## write both locks again from pyproject.toml; UPGRADE=1 takes newer versions
	@$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements/runtime.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraint requirements/runtime.txt \
		--output-file requirements/dev.txt
	@echo "requirements/runtime.txt and requirements/dev.txt written; the next verb installs them."

clean: ## delete everything made: build/ and the caches; .venv stays
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The dev lock holds everything of the runtime lock in the same versions, so it serves for both.
$(RUNTIME): requirements/runtime.txt requirements/install.sh pyproject.toml
	@bash requirements/install.sh runtime
	@touch $@

$(DEV): requirements/dev.txt requirements/install.sh pyproject.toml
	@bash requirements/install.sh dev
	@touch $@ $(RUNTIME)
