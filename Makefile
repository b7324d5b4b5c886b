# `make demo` and `make test` set up everything they need in .venv; nothing else has to be done first.
PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
DIST_BIN := .venv-dist/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# further folders of cases for `make score`, e.g. CASES=../shared/cases/published
CASES ?=
# processes that share the tests: as many as there are processors; JOBS=0 has one run them all
JOBS ?= auto

.PHONY: test dist faults fuzz demo score bench accept e2e record package manifest clean --matrix --failed --real

.venv/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--config-settings editable_mode=compat --editable '.[test]'
	touch $@

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

# every request x every fault, Ctrl-C at every import, every hostile text in every recording and in every place of a
# command: some minutes; `make test` tries some of them
faults: .venv/ready
	$(BIN)/python -m pytest tests/test_faults.py tests/test_ends.py tests/test_hostile.py tests/test_pasting.py --long

# `make fuzz SEED=7` runs the same examples again
SEED ?= $(shell date +%s)
fuzz: .venv/ready
	$(BIN)/python -m pytest -n $(JOBS) tests/test_odd.py --hypothesis-profile=fuzz --hypothesis-seed=$(SEED)

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

# end-to-end, in a cluster that kind makes, or with E2E=current in that of kubectl's current context
e2e: .venv/ready
	$(BIN)/python -m tests.e2e

# `make record CASE=oom-killed` records a failure from such a cluster into tests/cases
record: .venv/ready
	$(BIN)/python -m tests.e2e record $(CASE)

# what goes to PyPI
package: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check build twine
	$(BIN)/python -m build --outdir dist/pypi
	$(BIN)/python -m twine check --strict dist/pypi/*

# of a release, when the archives of all platforms are in dist/: krew's manifest and the sums
manifest: .venv/ready
	test "$(TAG)" = "v$$($(BIN)/python -m kubectl_why --version)"
	$(BIN)/python tools/dist.py --manifest --repository $(REPOSITORY)
	cd dist && sha256sum kubectl-why_* krew-manifest.yaml > SHA256SUMS

# the archive of this platform and krew's manifest in dist/, then real krew with them
dist: .venv/ready .venv-dist/ready
	$(DIST_BIN)/python tools/dist.py
	$(BIN)/python -m pytest -m dist -rs tests/test_dist.py

# apart from .venv, so that nothing of the tests is taken along
.venv-dist/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv-dist
	$(DIST_BIN)/python -m pip install --quiet --disable-pip-version-check \
		--config-settings editable_mode=compat --editable '.[dist]'
	touch $@

clean:
	rm -rf .venv .venv-dist build dist *.egg-info
