#!/bin/sh
# Write requirements-dev.lock: the newest versions that fit pyproject.toml, for every Python and
# system, with hashes and without a word about where they came from.
set -eu

cd "$(dirname "$0")/.."
locked=requirements-dev.lock
fresh=.venv/$locked
trap 'rm -f "$fresh"' EXIT

.venv/bin/python -m pip install --disable-pip-version-check --quiet uv
{
    echo "# The tools and libraries of development, for Python 3.11 and later.  Made by: make lock"
    .venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
        --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
        --no-annotate --quiet --no-config
} >"$fresh"
if grep -nE '://|(^|[[:space:]])/|@ file' "$fresh"; then
    echo "asynchat: the lock file would say where things are from; nothing was changed" >&2
    exit 1
fi
mv "$fresh" "$locked"
