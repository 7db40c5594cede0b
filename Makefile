.PHONY: help up down test check fmt
help: ## This list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /  /'
up: ## Run the product here
	python3 manage.py up
down: ## End it
	python3 manage.py down
test: ## All tests
	python3 manage.py test
check: ## Lint and import contracts
	.venv/bin/ruff check . && .venv/bin/lint-imports
fmt: ## Sort imports and apply safe fixes
	.venv/bin/ruff check --fix .
