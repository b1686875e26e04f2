# The project's commands. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RULES := services/*/domain.py,messages/values.py,messages/kana.py,messages/passwords.py,messages/typed_text.py,messages/billing_month.py,messages/guessable.py
UNDISTURBED := --ignore tests/faults --ignore tests/testbuild
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: help setup setup-dev up test faults proofs disturbed check lock definitions schemas asyncapi

help:  ## これを表示します
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements-local.lock | $(BIN)/python
	@test -e $(VENV)/.dev || $(PIP) -r requirements-local.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/.local

$(BIN)/mypage: pyproject.toml | $(BIN)/python
	@printf '%s\n' '#!/bin/sh' 'here=$$(cd "$$(dirname "$$0")/../.." && pwd)' 'PYTHONPATH=$$here exec "$$here/.venv/bin/python" -m mypage "$$@"' > $@
	@chmod +x $@

setup: $(VENV)/.local $(BIN)/mypage  ## 動かすのに必要なものだけを .venv に入れます
setup-dev: $(VENV)/.dev $(BIN)/mypage  ## 開発と試験に必要なものも .venv に入れます

up: setup  ## この 1 台ですべてを動かします（Ctrl-C で終了）
	@$(BIN)/mypage up

test: setup-dev  ## すべての試験（本物の PostgreSQL、RabbitMQ、SMTP、Chromium）
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest $(ARGS)

faults: setup-dev  ## 障害試験のすべて（20 分以内）。SEED=… で再現できます
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/faults --whole -n 3 --dist loadfile --no-loadscope-reorder $(if $(SEED),--seed $(SEED)) $(ARGS)

proofs: setup-dev  ## 守りを 1 つずつ外し、障害試験が気づくことを確かめます
	@sh tests/install_parts.sh
	$(BIN)/python -m pytest tests/faults --proofs -n 3 --dist loadfile $(if $(SEED),--seed $(SEED)) $(ARGS)

disturbed: setup-dev  ## 障害試験のほかのすべてを、二重配達と順序の入れ替えのもとで実行します
	@sh tests/install_parts.sh
	PYTHONPATH=tests/testbuild TESTBUILD_DISTURB=twice $(BIN)/python -m pytest $(UNDISTURBED) $(ARGS)
	PYTHONPATH=tests/testbuild TESTBUILD_DISTURB=shuffle:10:$(or $(SEED),1) $(BIN)/python -m pytest $(UNDISTURBED) $(ARGS)

check: setup-dev  ## 規約、型、配置ファイルの検査
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture tests/messages
	$(BIN)/python -m pytest -q tests/unit --cov=services --cov=messages --cov-branch --cov-report=
	$(BIN)/coverage report --include='$(RULES)' --fail-under=100
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile
	$(BIN)/mypage broker definitions | diff -u deploy/rabbitmq/definitions.json - || { echo 'run: make definitions'; exit 1; }
	$(BIN)/mypage broker asyncapi | diff -u docs/asyncapi.json - || { echo 'run: make asyncapi'; exit 1; }
	$(BIN)/kubectl kustomize deploy/k8s/overlays/example > $(VENV)/rendered.yaml
	$(BIN)/kubernetes-validate --strict -k 1.34.0 $(VENV)/rendered.yaml

definitions: setup-dev  ## deploy/rabbitmq/definitions.json を作り直します
	$(BIN)/mypage broker definitions --out deploy/rabbitmq/definitions.json

schemas: setup-dev  ## messages/schemas に新しい型を加え、許される変更を写します
	$(BIN)/mypage broker schemas --out messages/schemas

asyncapi: setup-dev  ## docs/asyncapi.json を作り直します
	$(BIN)/mypage broker asyncapi --out docs/asyncapi.json

lock:  ## requirements*.lock を作り直します（uv が要ります）
	uv pip compile -q --universal --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --extra local -c requirements.lock pyproject.toml -o requirements-local.lock
	uv pip compile -q --universal --generate-hashes --no-header --extra local --extra dev -c requirements-local.lock pyproject.toml -o requirements-dev.lock
