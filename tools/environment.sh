#!/bin/sh
# Make .venv and install asynchat into it, from this folder: `run` with what it needs to run,
# `dev` with the locked tools of development too.  It does so once, and again when what decides
# the outcome has changed; it leaves standard input and output alone.
set -eu

kind=$1
cd "$(dirname "$0")/.."

say() { printf 'asynchat: %s\n' "$1" >&2; }

quietly() {
    if ! output=$("$@" 2>&1 </dev/null); then
        printf '%s\n' "$output" >&2
        say "this failed: $*"
        exit 1
    fi
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "needs Python 3.11 or later, and ${PYTHON:-python3} is none; name one: make PYTHON=/path/to/python"
    exit 1
}

# What an installation follows from.
wanted() {
    case $1 in
    run) cat pyproject.toml packaging/* | cksum ;;
    dev) cat pyproject.toml packaging/* requirements-dev.lock | cksum ;;
    esac
}
is_installed() { [ "$(cat ".venv/asynchat-$1" 2>/dev/null)" = "$(wanted "$1")" ]; }

# An environment cannot be moved, and belongs to one Python.  One made by other hands is as good.
is_usable() {
    is_new_enough .venv/bin/python || return 1
    [ -e .venv/asynchat-made ] || return 0
    {
        read -r made_in
        read -r made_with
    } <.venv/asynchat-made
    [ "$made_in" = "$PWD" ] && [ "$made_with" = "${PYTHON:-$made_with}" ]
}

if is_usable; then
    # What develops also runs.
    if is_installed "$kind" || is_installed dev; then exit 0; fi
else
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 </dev/null; then
        say "$python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"
        exit 1
    fi
    say "making .venv, which takes a minute"
    quietly "$python" -m venv --clear .venv
    printf '%s\n%s\n' "$PWD" "${PYTHON:-$python}" >.venv/asynchat-made
fi

rm -f .venv/asynchat-run .venv/asynchat-dev
install="quietly .venv/bin/python -m pip install --disable-pip-version-check --no-input"
case $kind in
run) $install --editable . ;;
dev)
    $install --requirement requirements-dev.lock
    $install --no-deps --no-build-isolation --editable .
    ;;
esac
wanted "$kind" >".venv/asynchat-$kind"
