# Every target does the set-up that it needs. What they make is under build/ and .venv/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ROOT := $(CURDIR)
LAB := tests/lab/lab
COPY := build/copy/ansible_collections/hybrid/host

export PATH := $(ROOT)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(ROOT)/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(ROOT)/build/collections
export ANSIBLE_HOME := $(ROOT)/build/ansible
# A socket's path has 108 characters at most: not below a checkout that may lie deep.
export ANSIBLE_SSH_CONTROL_PATH_DIR := $(HOME)/.ansible/cp
export PYTHONPYCACHEPREFIX := $(ROOT)/build/pycache

.PHONY: help setup demo demo-bare test lint sanity unit integration molecule bench docs build clean copy lab lab-test lab-down

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## packages, .venv and the collection's path; costs nothing when they are there
	@tests/setup

demo: setup ## build the demonstration host in the lab, and prove that it works
	@tests/demo/run

test: setup ## everything: lint, sanity, unit, integration on real engines, molecule
	@python tests/stages.py

lint: copy ## ansible-lint, ruff, mypy, the documentation's and the changelog's own linters
	@tests/lint

sanity: copy ## ansible-test sanity, all tests, nothing ignored
	@tests/sanity/run

unit: setup ## unit tests; PYTEST_ARGS goes to pytest
	@python -m pytest tests/unit $(PYTEST_ARGS)

lab: setup ## the lab's hosts for the integration tests, engines installed by the roles
	@tests/integration/up

lab-test: setup ## the lab's own tests, in a lab of their own
	@python -m pytest tests/lab

lab-down: ## take the lab down
	@$(LAB) down

integration: lab ## five beats of every module on real engines; TARGETS names some, or all for each on every host
	@python tests/targets.py $(TARGETS)

demo-bare: setup ## the demo on a bare host: what check mode predicts there is what the run then does
	@tests/demo/bare

molecule: lab ## the Molecule scenarios, on the lab's hosts
	@tests/molecule

bench: setup ## measured against the neighbours and against bare API calls
	@tests/setup bench
	@tests/bench/run $(BENCH_ARGS)

docs: setup ## what is generated: the stack's suboptions, the changelog's list of plugins
	@PYTHONPATH=build/collections python docs/generate.py
	@antsibull-changelog release --update-existing --reload-plugins --refresh

build: copy ## the collection's tarball, in build/, installed from there as a user would and looked at
	@tests/tarball

clean: ## take the lab down and remove all that was made, .venv included
	@if [ -x $(LAB) ]; then $(LAB) down; fi
	@rm -rf build .venv

# Ansible's own tools want a real folder with the collection's name, not a link.
copy: setup
	@tests/copy $(COPY)
