# Conveniences; nothing depends on them. Each recipe is a plain command that can be typed as well.

# list the recipes
default:
    @just --list

# run the program on a throw-away data directory
dev *ARGS:
    cargo run -- serve --data target/dev-data {{ARGS}}

# everything; real servers are installed and started
test:
    ./test

# what needs nothing but cargo
quick:
    ./test quick

# one stage, see ./test list
stage NAME:
    ./test stage {{NAME}}

# what .ci/run checks before the tests
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings

# measure everything and write docs/benchmarks.md
bench *ARGS:
    ./bench {{ARGS}}

# the files that are made from the code
generate:
    cargo run -- config sample > switchboard.example.toml
    cargo run -- config reference > docs/reference/configuration.md
    cargo run -- man --markdown > docs/reference/commands.md
