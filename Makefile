# make advise   build, and answer the shipped question
# make test     build, and run every test
# make help     what else there is
#
# Every target first installs libyaml-dev if the machine lacks it; nothing else is changed.

SWIFT ?= swift

PROFILE ?= profiles/scaling/li2025-vqq-textvqa.yaml
COST ?= profiles/compute/llava-1.5-7b.yaml
POLICY ?= policies/max-score-per-flop.yaml
EVERY ?= 20
PARTS ?=
TIME ?= 60
TARGETS ?=
COUNT ?= 60
VIDEOS ?= 100
TYPES ?=
SIZES ?= 200

.PHONY: advise test coverage build lint imports measure readers decisions check-flops check-tokens check-models fuzz documentation clients benchmark bench setup help

## advise: build in release mode and recommend vision tokens (PROFILE=, COST= and POLICY= choose)
advise: build
	@echo "token-budget advise --profile $(PROFILE) --cost $(COST) --policy $(POLICY)" >&2
	@.build/release/token-budget advise \
	  --profile "$(PROFILE)" --cost "$(COST)" --policy "$(POLICY)"

## test: build in debug mode and run every test
test: setup
	$(SWIFT) test --disable-xctest

## coverage: count the long tables of docs/accuracy.md again, 500 experiments a row (two minutes)
coverage: setup
	TOKEN_BUDGET_EXPERIMENTS=500 $(SWIFT) test --disable-xctest --filter 'PoolTests|LabelTests'

## build: build the command-line tool in release mode, .build/release/token-budget
build: setup
	@echo "building .build/release/token-budget; the first build takes a minute or two" >&2
	@$(SWIFT) build -c release --product token-budget >&2

## lint: check the format of all sources
lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests \
	  Benchmarks/Package.swift Benchmarks/Benchmarks Fuzzing/Package.swift Fuzzing/Sources

## imports: build with undeclared imports as errors
imports: setup
	$(SWIFT) build --explicit-target-dependency-import-check error

## measure: time whole processes of the release build (needs python3)
measure: build
	python3 Scripts/measure.py

## readers: time every reader against the size of what it reads (needs python3)
readers: build
	python3 Scripts/readers.py --check

## check-flops: COUNT tiny random models a type beside the framework's own counter (PyPI's torch in .build-models)
check-flops: build .build-models/ready
	.build-models/bin/python Scripts/models/flops.py --tool .build/release/token-budget --count $(COUNT) $(TYPES)
	$(if $(TYPES),,.build-models/bin/python Scripts/models/video_flops.py --tool .build/release/token-budget)

## check-tokens: SIZES images at 5 settings a family, and VIDEOS videos, beside the processors of transformers (in .build-models too)
check-tokens: build .build-models/ready
	.build-models/bin/python Scripts/models/tokens.py --tool .build/release/token-budget --sizes $(SIZES) $(TYPES)
	$(if $(TYPES),,.build-models/bin/python Scripts/models/videos.py --tool .build/release/token-budget --count $(VIDEOS))

## check-models: a configuration of each model type of transformers, imported exactly or refused (in .build-models too)
check-models: build .build-models/ready
	.build-models/bin/python Scripts/models/census.py --tool .build/release/token-budget $(TYPES)

.build-models/ready: Scripts/models/requirements.txt
	python3 -m venv .build-models
	.build-models/bin/pip install -q -r Scripts/models/requirements.txt
	touch $@

## decisions: judge decisions on simulated and published series (needs python3 and numpy; EVERY=1 takes all)
decisions: build
	python3 Scripts/decisions/run.py --every $(EVERY) $(PARTS)

## fuzz: look for inputs that trap, hang or break a property, TIME seconds a target (TARGETS="embed check")
fuzz: setup
	python3 Fuzzing/run.py --swift $(SWIFT) --time $(TIME) $(TARGETS)

## documentation: build the documentation of the libraries, .build/documentation; a dead link is an error
documentation: setup
	./Scripts/documentation.sh .build/documentation

## clients: build and run an app's and a service's use of the library, and stop its long requests (two minutes)
clients: setup
	SWIFT=$(SWIFT) ./Scripts/clients.sh

## benchmark: time the core; its first build takes some minutes
benchmark: setup
	$(SWIFT) package --package-path Benchmarks --disable-sandbox benchmark

## bench: time the search beside numpy, SciPy, Optuna and C in one run (needs python3 and gcc)
bench: setup
	$(SWIFT) build --package-path Benchmarks -c release --product SearchComparison
	python3 Benchmarks/peers/compare.py --ours Benchmarks/.build/release/SearchComparison

## setup: install libyaml-dev if it is missing
setup:
	@./Scripts/install-system-packages.sh

## help: list the targets
help:
	@sed -n 's/^## /  /p' $(MAKEFILE_LIST)
