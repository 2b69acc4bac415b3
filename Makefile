# Each target brings .venv up to date first; that takes no time when nothing changed.
PYTHON ?= python3
SIZE ?= small
INSTALL = $(PYTHON) -I oms/run/install.py
.DEFAULT_GOAL := help
.PHONY: help run test bench race look lint shell clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: ## Everything in one terminal: servers, demo merchant, web, workers (PORT=… to choose the port)
	@$(INSTALL) app
	@exec .venv/bin/python -m oms.run

test: ## All tests, in parallel, on servers of their own (ARGS="tests/orders -k …" to choose)
	@$(INSTALL) app dev
	@exec .venv/bin/pytest -n $${WORKERS:-auto} $(ARGS)

bench: ## Measure against hand-written SQL on the same server (SIZE=small or full)
	@$(INSTALL) app dev
	@exec .venv/bin/python -m bench --size $(SIZE)

race: ## Real processes race for the last unit and the same key, at full size
	@$(INSTALL) app dev
	@RACES=full exec .venv/bin/pytest -n0 tests/concurrency $(ARGS)

look: ## Every page, width and theme as pictures below .data/look
	@$(INSTALL) app dev
	@exec .venv/bin/python -m bench.look

lint: ## Style, format and the layers of the house
	@$(INSTALL) app dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

shell: ## A Django shell in the running product
	@$(INSTALL) app
	@exec .venv/bin/python -m oms.run.manage shell

clean: ## Remove the environment and ALL data of this checkout (asks first)
	@printf 'This removes .venv and .data: the database, files and secrets of this checkout. Type yes: ' && \
	    read answer && test "$$answer" = yes
	rm -rf .venv .data .pytest_cache .ruff_cache .hypothesis .import_linter_cache
