# `make demo` and `make test` set up everything they need in .venv; nothing else has to be done first.
PYTHON ?= python3
BIN := .venv/bin
# further folders of cases for `make score`, e.g. CASES=../shared/cases/published
CASES ?=

.PHONY: test faults demo score bench accept clean --matrix --failed --real

.venv/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--config-settings editable_mode=compat --editable '.[test]'
	touch $@

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

# every request x every fault, Ctrl-C at every import: some minutes; `make test` tries some of them
faults: .venv/ready
	$(BIN)/python -m pytest tests/test_faults.py tests/test_ends.py --long

# the main job on a recorded failure, served as an API on this machine
demo: .venv/ready
	$(BIN)/python -m tests.demo

# `make score -- --matrix` says which cause is taken for which
score: .venv/ready
	$(BIN)/python -m tests.score $(filter --%,$(MAKECMDGOALS)) $(CASES)
--matrix --failed --real:
	@:

# as installed: pip compiles what it installs, an editable installation is compiled at its first start
bench: .venv/ready
	$(BIN)/python -m compileall -q kubectl_why
	$(BIN)/python -m tests.bench

# rewrites the snapshots, the expected verdicts and what the documents quote; read the diff
accept: .venv/ready
	$(BIN)/python -m pytest tests/test_cases.py tests/test_docs.py --accept

clean:
	rm -rf .venv build dist *.egg-info
