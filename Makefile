# What one types here. `make` alone explains.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
export PYTHONUTF8 := 1

.PHONY: help setup packages demo demo-clean test test-postgresql check format coverage bite fuzz evidence benchmark-linking scale wheelhouse lock sbom audit vendor clean

help: ## Explain these targets
	@echo "Arrears: wage-arrears early warning."; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "A bare machine with Python 3.11 or newer: make demo"

setup: .venv/.ok ## Fill .venv from the hash-locked requirements, so that .venv/bin/arrears runs
.venv/.ok: requirements-dev.lock pyproject.toml ops/setup.sh
	@bash ops/setup.sh

packages: ## Debian only, as root: what some tests and PDFs need beside Python (PostgreSQL, Chromium, LibreOffice, Pango, fonts)
	@bash ops/packages.sh

demo: setup ## Play one morning with six imitated platforms and keep serving; ONCE=1: dispatch, answer, stop
	@exec $(PY) -m pipelines.demo $(if $(filter 1,$(ONCE)),--once)

demo-clean: ## Forget the demonstration's folder, so that the next demo begins a new world
	@rm -rf .demo

test: setup ## Run all tests; what is not installed (PostgreSQL, Chromium, LibreOffice) is skipped and said
	@bash ops/test.sh

test-postgresql: setup ## All tests once more, their stores on a PostgreSQL that they bring up themselves
	@STORE=postgresql bash ops/test.sh

check: setup ## ruff format, ruff, mypy --strict, import-linter, pytest: each runs, each fails alone
	@bash ops/check.sh

format: setup ## Put the code in form
	@.venv/bin/ruff format -q . && .venv/bin/ruff check -q --fix .

coverage: setup ## All tests under coverage, with the tests of each line, in build/bite: some 50 minutes on two cores; MORE=1: only changed tests, added
	@bash ops/coverage.sh

bite: coverage ## Whether the tests bite (R38): what they run, and what they notice of faults put into what decides
	@SCALE=1 PROOFS=docs/evidence bash ops/test.sh tests/promises/test_r38.py

fuzz: setup build/fuzz/.ok ## Whether any bytes make a parser fall (R34): each ten minutes under atheris, two at once, some 70 minutes
	@SCALE=1 PROOFS=docs/evidence bash ops/test.sh tests/promises/test_r34_parsers.py
build/fuzz/.ok: requirements-fuzz.lock
	@bash ops/setup_fuzz.sh

evidence: setup ## Run the long tests and the benchmarks, and write what they measured to docs/evidence
	@bash ops/evidence.sh

SIZES := 100000 1000000
FAMILIES := reporting
REPEATS := 3

benchmark-linking: setup .venv-benchmark/.ok ## Link beside Splink on the same rows, then Febrl 3: tables, JSON, a chart; SIZES, FAMILIES, REPEATS
	@$(PY) -m benchmarks.versus_splink --complaints $(SIZES) --family $(FAMILIES) --repeats $(REPEATS) \
		--json docs/evidence/versus_splink.json
	@$(PY) -m benchmarks.versus_splink --complaints 100000 --family unseen --repeats $(REPEATS) \
		--json docs/evidence/versus_splink_unseen.json
	@$(PY) -m benchmarks.chart docs/evidence/versus_splink.json docs/evidence/versus_splink.svg
	@$(PY) -m benchmarks.febrl --json docs/evidence/febrl.json
	@$(PY) -m benchmarks.blocking --complaints $(SIZES) --family $(FAMILIES) --json docs/evidence/blocking.json
.venv-benchmark/.ok: requirements-benchmark.lock
	@bash ops/setup_benchmark.sh

scale: setup ## Link on a local Dask cluster of two workers, kill one in the middle, compare every row; COMPLAINTS=20000
	@$(PY) -m benchmarks.scale --complaints $(or $(COMPLAINTS),20000) $(if $(JSON),--json $(JSON))

wheelhouse: setup ## Everything an installation without a network needs, by hash, in dist/wheelhouse; LOCK=requirements-dev.lock adds the extras
	@LOCK=$(or $(LOCK),requirements.lock) bash ops/wheelhouse.sh

lock: setup ## Maintainers: resolve the requirements anew into the four hash-locked files
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.lock
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group pyproject.toml:benchmark -o requirements-benchmark.lock
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group pyproject.toml:fuzz -o requirements-fuzz.lock
	@! grep -n '://' requirements.lock requirements-dev.lock requirements-benchmark.lock requirements-fuzz.lock
	@$(PY) ops/sbom.py requirements.lock docs/sbom.cdx.json

sbom: setup ## Maintainers: write the parts list docs/sbom.cdx.json (CycloneDX 1.6) from requirements.lock
	@$(PY) ops/sbom.py requirements.lock docs/sbom.cdx.json

audit: setup ## Before a release: ask the public database of known weaknesses about every locked part (needs the internet)
	@.venv/bin/uvx pip-audit --require-hashes --disable-pip -r requirements.lock

vendor: ## Maintainers: fetch the browser libraries again (needs npm); users never need it
	@bash ops/vendor.sh

clean: ## Remove everything that was built or measured here, but not the data
	@rm -rf .venv .venv-benchmark build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
