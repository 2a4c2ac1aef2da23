# Every target works as the first command on a bare clone: python3, git and make are enough.
.DEFAULT_GOAL := help
.PHONY: help docs demo event messages test check bench chaos fuzz e2e build reproducible audit vulnerabilities package deploy pin format site clean

ENV ?= default
PREFIX := ballast
SEEDS ?= 500
EXAMPLES ?= 5000
FROM ?= 0
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
PYTHON := $(BIN)/python
# What plays the simulator is slow under coverage, and the shell is not of the core.
CORE_TESTS := $(filter-out %/shell/ %/__pycache__/,$(wildcard tests/ballast/*/))
SAM := .venv-sam/bin/sam
PACKAGE = $(PYTHON) -m tools.package --bucket='$(BUCKET)' --prefix='$(PREFIX)' --regions='$(REGIONS)' --env='$(ENV)' --upload='$(UPLOAD)'
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-annotate --no-header
export PYTHONPATH := layers/shared:cli:.
export SAM_CLI_TELEMETRY := 0
# Empty is unset: without bytecode on disk each process of the tests compiles all that it imports, a second or more.
export PYTHONDONTWRITEBYTECODE :=

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: .venv/ready ## Watch a simulated fleet survive (ARGS='--scenario NAME --seed 7 --json')
	@$(PYTHON) -m simulator demo $(ARGS)

event: .venv/ready ## Play one event against a small fleet (EVENT=FILE.json ARGS=--json)
	@$(PYTHON) -m simulator event $(EVENT) $(ARGS)

messages: .venv/ready ## Print every message as people get it (ARGS=--write for the copy that the tests compare)
	@$(PYTHON) -m tests.gallery $(ARGS)

test: .venv/ready .venv-sam/ready ## Run every test, with the branch coverage of the pure core (ARGS='PATH -k NAME' runs some)
ifdef ARGS
	@$(PYTHON) -m pytest -q $(ARGS)
else
	@$(PYTHON) -m pytest -q -n auto $(CORE_TESTS) --cov --cov-report=term:skip-covered --cov-fail-under=95
	@$(PYTHON) -m pytest -q -n auto --dist worksteal tests $(addprefix --ignore=,$(CORE_TESTS))
endif

check: .venv/ready .venv-sam/ready ## Lint, types, import contracts, template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint
	$(PYTHON) -m tools.audit cfn-lint

bench: .venv/ready ## Measure our claims, each beside a named peer
	@$(PYTHON) -m benchmarks $(ARGS)

chaos: .venv/ready ## Play SEEDS random worlds with every fault on, starting FROM
	@$(PYTHON) -m simulator chaos --seeds $(SEEDS) --from $(FROM) $(ARGS)

fuzz: .venv/ready ## Give every border EXAMPLES of what nobody should send (ARGS='-k slack' for some)
	@BALLAST_FUZZ=$(EXAMPLES) $(PYTHON) -m pytest -q -n auto tests/fuzz $(ARGS)

e2e: .venv/ready .venv-sam/ready | $(UV) ## Deploy for real into an emulator on loopback, and play there (ARGS='-k spot', AWS=real: docs/e2e.md)
	@$(PYTHON) -m tests.e2e $(ARGS)

build: .venv/ready .venv-sam/ready | $(UV) ## Build functions and layer with SAM and show the layer's size
	PATH="$(CURDIR)/.venv-sam/bin:$$PATH" UV="$(abspath $(UV))" $(SAM) build
	@$(PYTHON) -m benchmarks.layer_size .aws-sam/build/SharedLayer/python

reproducible: .venv/ready | $(UV) ## Build the layer twice and compare the two, byte for byte
	@rm -rf .aws-sam/twice && mkdir -p .aws-sam/twice/a .aws-sam/twice/b
	@for each in a b; do $(MAKE) -s -C layers/shared build-SharedLayer UV="$(abspath $(UV))" \
		ARTIFACTS_DIR="$(CURDIR)/.aws-sam/twice/$$each" || exit 1; done
	@$(PYTHON) -m tools.same_build .aws-sam/twice/a .aws-sam/twice/b

audit: .venv/ready .venv-audit/ready ## Have bandit and checkov look for what tools/audit.yaml does not allow
	@$(PYTHON) -m tools.audit bandit checkov

vulnerabilities: .venv/ready .venv-audit/ready ## Ask PyPI what is known against the packages that ship (needs the Internet)
	@$(PYTHON) -m tools.audit pip-audit

package: .venv/ready .venv-sam/ready ## Write dist/, which deploys without a clone (BUCKET=NAME REGIONS=eu-central-1 UPLOAD=yes: docs/install.md)
	@$(PACKAGE) --check
	@$(MAKE) --no-print-directory build
	@$(PYTHON) -m hatchling build -t wheel -d dist
	@$(PACKAGE)

deploy: .venv/ready ## Deploy the stack (ENV=prod for the tables prod.… of samconfig.toml)
	@$(PYTHON) -m tools.before_deploy "$(ENV)"
	@$(MAKE) --no-print-directory build
	$(SAM) deploy --config-env "$(ENV)"

format: .venv/ready ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pin: | $(UV) ## Compile pyproject.toml into the pinned, hashed requirement files
	$(COMPILE) pyproject.toml -o layers/shared/requirements.txt
	$(COMPILE) -c layers/shared/requirements.txt --group dev pyproject.toml -o requirements-dev.txt
	$(COMPILE) --group pyproject.toml:sam -o requirements-sam.txt
	$(COMPILE) --group pyproject.toml:audit -o requirements-audit.txt
	$(COMPILE) --group pyproject.toml:e2e -o requirements-e2e.txt
	$(COMPILE) --group pyproject.toml:docs -o requirements-docs.txt
	@echo "Now 'make docs', as the layer's bill of materials follows from these."

docs: .venv/ready ## Write the parts of documents that follow from the code: settings, roles, the demo's picture
	@$(PYTHON) -m tools.documents

site: .venv-docs/ready ## Build the documentation site into .site/html, and check every link of it
	@.venv-docs/bin/python -m tools.site
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict

clean: ## Remove everything that the targets made
	rm -rf .venv .venv-sam .venv-audit .venv-e2e .venv-docs .site .uv .aws-sam dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

.venv/ready: requirements-dev.txt | $(UV)
.venv-sam/ready: requirements-sam.txt | $(UV)
.venv-audit/ready: requirements-audit.txt | $(UV)
.venv-e2e/ready: requirements-e2e.txt | $(UV)
.venv-docs/ready: requirements-docs.txt | $(UV)
.venv/ready .venv-sam/ready .venv-audit/ready .venv-e2e/ready .venv-docs/ready:
	@$(UV) venv --quiet --clear --python 3.13 $(@D)
	@$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@touch $@

.uv/bin/uv:
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
