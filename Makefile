# make test     build, and run every test
# make help     what else there is
#
# Every target first installs libyaml-dev if the machine lacks it; nothing else is changed.

SWIFT ?= swift

.PHONY: test lint imports setup help

## test: build in debug mode and run every test
test: setup
	$(SWIFT) test

## lint: check the format of all sources
lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

## imports: build with undeclared imports as errors
imports: setup
	$(SWIFT) build --explicit-target-dependency-import-check error

## setup: install libyaml-dev if it is missing
setup:
	@./Scripts/install-system-packages.sh

## help: list the targets
help:
	@sed -n 's/^## /  /p' $(MAKEFILE_LIST)
