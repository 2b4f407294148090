# Two commands matter: `make serve` and `make test`. Both install what is missing first.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve test setup build fmt lint doc test-core test-wasm test-page branches bench shots clean

# Every recipe that needs tools starts with this: one place says which they are.
env := . .ci/env &&
wasm := --target wasm32-unknown-unknown --features web

help: ## print this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 18

serve: ## install what is missing, then serve the page at http://127.0.0.1:8080/
	@.ci/setup serve
	@echo 'The page will be at http://127.0.0.1:8080/ once it is built; Ctrl-C ends it.'
	@$(env) trunk serve

test: setup lint doc test-core test-wasm build test-page ## install what is missing, then run every test
	@echo 'All tests passed.'

setup: ## install what is missing for the tests
	@.ci/setup test

build: ## build the page into dist/, in two parts: what the first picture needs, and the rest
	$(env) MONSCOPE_WASM_BINDGEN=$$(command -v wasm-bindgen) TRUNK_BUILD_FEATURES=web,split PATH=$$PWD/.ci/bin:$$PATH \
		trunk build --release --locked

fmt: ## format the Rust code
	$(env) cargo fmt --all

lint: ## formatting and lints, of the core and of the page's code
	$(env) cargo fmt --all --check
	$(env) cargo clippy --locked --workspace --all-targets -- -D warnings
	$(env) cargo clippy --locked $(wasm) --lib --bins --test web -- -D warnings

doc: ## the documentation, without a warning
	$(env) RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --lib $(wasm)

test-core: ## native tests: the core, conformance, the repository's own order
	$(env) cargo test --locked --workspace --profile test-fast

test-wasm: ## tests of the page's code in headless Chromium
	$(env) cargo test --locked $(wasm) --test web

test-page: tests/e2e/node_modules/.complete ## whole-page tests in Chromium; they use what `make build` made
	$(env) cd tests/e2e && node --test --test-reporter=spec ./*.test.mjs

branches: ## every branch of the specification, and which tests take it
	$(env) cargo run --locked --quiet --profile test-fast --example branches

bench: setup ## how fast the core is, natively and in headless Chromium
	$(env) cargo bench --locked --bench core --bench calls
	$(env) WASM_BINDGEN_TEST_TIMEOUT=600 cargo bench --locked --target wasm32-unknown-unknown --profile release --bench web

shots: tests/e2e/node_modules/.complete ## screenshots of the built page into target/shots
	$(env) node tests/e2e/shots.mjs target/shots

# The stamp is written last: what an interrupted `npm ci` left is installed anew.
tests/e2e/node_modules/.complete: tests/e2e/package-lock.json
	$(env) cd tests/e2e && npm ci --no-audit --no-fund
	@touch $@

clean: ## remove what was built here (tools stay in the cache)
	rm -rf target dist tests/e2e/node_modules
