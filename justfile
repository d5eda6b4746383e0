# The routines of the project. `just` lists them.

_default:
    @just --list

# What continuous integration runs.
ci:
    bash .ci/run

# Fast feedback while writing.
check:
    cargo clippy --all-targets -- -D warnings

# All tests.
test:
    cargo test

# Have the formats read by the tools of others.
readers:
    tests/readers/run

# Open the HTML pages in a real browser.
pages:
    tests/browser/run

# Accept changed snapshots; read each one before committing.
review:
    INSTA_UPDATE=always cargo test --test cases
    git diff -- '*.snap'

# Accept changed outputs in the README and the docs; read the difference before committing.
accept:
    PLUMB_SCHEMAS=overwrite cargo test --lib published_schema
    PLUMB_ACCEPT=1 TRYCMD=overwrite cargo test --test docs
    git diff -- README.md docs

# Judge the shipped fixtures.
fixtures:
    cargo run --release -- eval fixtures/projects --today 2026-11-23

# Measure; see docs/performance.md.
bench:
    cargo bench --bench judge
    cargo bench --bench scripts
