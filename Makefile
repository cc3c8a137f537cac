# make build-cut     the film of PRODUCTION (default: the sample)
# make clips         clips for a workshop: asks what is wanted
# make training      what people learn with: player, guide, packages for learning systems
# make test          everything: sets up what it needs and runs every test
# make check         the fast loop: lint, types, quick tests
# No logic here: `ourwords` does the work, on every system.

PRODUCTION ?= assets/sample
PYTHON ?= python3
VENV := .venv
OURWORDS := $(VENV)/bin/ourwords -C $(PRODUCTION)
PIP := PATH="$(abspath $(VENV))/bin:$$PATH" $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
LOCKED := --no-build-isolation --require-hashes
# A file of tests is one worker's, with what its tests share; tests/conftest.py says which files come first.
# One that fails beside others is tried once more, and named at the end where it passed then: of 7,600 tests on two
# busy cores one is too late now and then. What is wrong fails twice.
PYTEST := $(VENV)/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --reruns 1 -r R
# Tests start many processes: what one has compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: build-cut dry-run match clips training review-captions test check bench clean

build-cut: $(VENV)/core
	@$(OURWORDS) build-cut

dry-run: $(VENV)/core
	@$(OURWORDS) build-cut --dry-run

match: $(VENV)/core
	@$(OURWORDS) match

# make clips THEME=helped PRESET=phone TITLE="What helped" QUESTION="What would you do?" SIZE=25MB
# Without any of them it asks. QUOTE="q11 q12" takes several; SKIP_REFUSED=1 leaves out what may not be shown.
clips: $(VENV)/core
	@$(OURWORDS) clips $(if $(THEME),--theme "$(THEME)") $(foreach one,$(QUOTE),--quote "$(one)") \
	$(if $(CONTRIBUTOR),--contributor "$(CONTRIBUTOR)") $(if $(SEARCH),--search "$(SEARCH)") \
	$(if $(PRESET),--preset "$(PRESET)") $(if $(SHAPE),--shape "$(SHAPE)") $(if $(SIZE),--max-size "$(SIZE)") \
	$(if $(TITLE),--title "$(TITLE)") $(if $(QUESTION),--question "$(QUESTION)") $(if $(FOR),--for "$(FOR)") \
	$(if $(TO),--to "$(TO)") $(if $(SKIP_REFUSED),--skip-refused)

# make training ONLY=scorm12 FOR="Learning Hub"
training: $(VENV)/core
	@$(OURWORDS) export training $(if $(ONLY),--only "$(ONLY)") $(if $(FOR),--for "$(FOR)") $(if $(TO),--to "$(TO)")

review-captions: $(VENV)/core
	@$(OURWORDS) captions check

test: $(VENV)/dev $(VENV)-whisper/ready
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m tests.needs
	$(PYTEST)

check: $(VENV)/dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(PYTEST) -m "not slow"

# Every Python that is here builds a film from the wheel. make test-pythons REQUIRE="3.12 3.13" fails where one of these is not here.
.PHONY: test-pythons
test-pythons:
	@$(PYTHON) tests/pythons.py $(if $(REQUIRE),--require $(REQUIRE))

bench: $(VENV)/dev
	$(VENV)/bin/python benchmarks/sync.py; $(VENV)/bin/python benchmarks/boundaries.py --quick; $(VENV)/bin/python benchmarks/matching.py --quick; $(VENV)/bin/python benchmarks/angles.py --quick; \
	$(VENV)/bin/python benchmarks/copies.py --quick; \
	$(VENV)/bin/python benchmarks/startup.py; $(VENV)/bin/python benchmarks/rebuild.py --quick; $(VENV)/bin/python benchmarks/build.py --quick; \
	$(VENV)/bin/python benchmarks/clips.py --quick; \
	$(VENV)/bin/python benchmarks/growth.py --quick; $(VENV)/bin/python benchmarks/cluster.py --quick; $(VENV)/bin/python benchmarks/verify.py --quick; \
	$(VENV)/bin/python benchmarks/player.py --quick

clean:
	rm -rf $(PRODUCTION)/build

# Everything installed is locked by hash; the build tools come first, so that nothing else is fetched to build with.
# They are on PIP's path: where pocketsphinx has to be built (Python 3.14), its build looks for cython there.
$(VENV)/core: requirements/build.lock requirements/core.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make build-cut PYTHON=python3.12' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/build.lock
	$(PIP) $(LOCKED) -r requirements/core.lock
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

# The second recogniser has an environment of its own that sees the first, so that .venv never holds torch.
# Where no CPU build of torch is to be had, its tests are left out and `make test` says so at its end.
$(VENV)-whisper/ready: $(VENV)/dev requirements/whisper.lock
	$(VENV)/bin/python -m venv --clear --without-pip $(VENV)-whisper
	$(VENV)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > $$($(VENV)-whisper/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/core.pth
	$(VENV)-whisper/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(LOCKED) -r requirements/whisper.lock \
	&& $(VENV)-whisper/bin/python -c "import whisper" && touch $@ || echo "openai-whisper could not be installed"

$(VENV)/dev: $(VENV)/core requirements/dev.lock requirements/cluster.lock
	$(PIP) $(LOCKED) -r requirements/dev.lock
	$(PIP) --no-deps $(LOCKED) -r requirements/cluster.lock
	@touch $@
