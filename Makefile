# The verbs of this house; `make` alone lists them. Needed: Python 3.11+, make and git.
PYTHON ?= python3
PORT ?= 8000
MINUTES ?= 30
STEPS ?= 40
ONLY ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
FLASK := PORT=$(PORT) $(BIN)/python -m flask --app wsgi
DEMO_SETTINGS := ENVIRONMENT=development PRETEND_PAYMENTS=yes PUBLIC_URL=http://127.0.0.1:$(PORT) \
	DATABASE_URL=sqlite:///var/demo.db
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse
TRANSLATIONS := storefront/translations
COMPILED := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.PHONY: help setup demo code test soak histories check bench lighthouse gallery style format assets translations messages lock clean

help:  ## list the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/requirements.txt assets  ## a shop with a season in it, on http://127.0.0.1:8000 (PORT=, FRESH=1)
	@$(DEMO_SETTINGS) $(FLASK) demo --opening $(if $(FRESH),--fresh)
	@exec env $(DEMO_SETTINGS) $(FLASK) serve --tell

code: .venv/requirements.txt  ## the codes that the demo's staff are asked for at sign-in (PHONE= for one)
	@$(DEMO_SETTINGS) $(FLASK) accounts code $(PHONE)

test: setup  ## everything that can be tested here; REQUIRE=postgres,browser makes a missing one a failure
	@$(BIN)/python -m tests.run --require "$(REQUIRE)"

soak: setup  ## the long soak on both databases, minutes of it, written to docs/soak.md (SECONDS=)
	@$(BIN)/python -m tests.soak $(if $(SECONDS),--seconds $(SECONDS))

histories: setup  ## long random histories on both databases, held to every law; writes docs/histories.md
	@nice $(BIN)/python -m tests.machine.report --minutes $(MINUTES) --steps $(STEPS)

check: style test  ## what a change must pass before it is shown: style, then every test

bench: setup  ## what a request costs, beside two limits: writes docs/performance.md (six minutes)
	@$(BIN)/python -m benchmarks

lighthouse: setup  ## what Lighthouse says of the first pages on a phone: writes docs/lighthouse.md (ROUNDS=3)
	@$(BIN)/python -m benchmarks.lighthouse

gallery: setup assets  ## every page in every state as pictures: var/gallery/index.html (ONLY=cart: some of them)
	@nice $(BIN)/python -m tests.gallery --only "$(ONLY)"

style: setup  ## ruff, mypy, import arrows, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

format: setup  ## put code into shape
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

setup: .venv/requirements-dev.txt translations  ## the virtual environment, with the tools of a developer

assets: .venv/requirements.txt translations  ## build what browsers load, and compile the shop
	@$(FLASK) assets build

translations: $(COMPILED)  ## compile the message catalogues

%.mo: %.po | .venv/requirements.txt
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

messages: setup  ## bring the catalogue up to date with the sources, for the translator
	$(BIN)/pybabel extract --mapping-file=babel.cfg --output-file=var/messages.pot --no-wrap --sort-by-file --add-location=file \
		--add-comments=Translators: --keyword=_l --project=storefront .
	$(BIN)/pybabel update --input-file=var/messages.pot --output-dir=$(TRANSLATIONS) --locale=zh --init-missing --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: setup  ## lock the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --output-file requirements.txt
	$(LOCK) --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean:  ## forget everything that was made, the demo's data too
	rm -rf .venv var $(COMPILED)

# A copy of the lock in .venv says what is installed there. Everything is pinned and hashed, so no
# dependency is looked for: Django, which django-htmx names, is not needed for its one static file.
.venv/requirements.txt: requirements.txt | $(BIN)/python
	@$(PIP) install --quiet --no-deps --require-hashes -r $<
	@cp $< $@

.venv/requirements-dev.txt: requirements-dev.txt | $(BIN)/python
	@$(PIP) install --quiet --no-deps --require-hashes -r $<
	@cp requirements.txt .venv/requirements.txt
	@cp $< $@

$(BIN)/python:
	@$(PYTHON) -m venv .venv
