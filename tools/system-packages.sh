#!/bin/sh
# See to what the window tests need besides Python: install it on Debian as root, otherwise say
# what to install and go on; tests that lack it say so themselves.
set -eu

needed="xvfb fonts-dejavu fonts-noto-color-emoji xdotool xclip openbox dbus-daemon"

say() { printf 'asynchat: %s\n' "$1" >&2; }

[ "$(uname -s)" = Linux ] || exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    for command in Xvfb xdotool xclip openbox dbus-daemon; do
        command -v "$command" >/dev/null || missing="${missing:-} $command"
    done
    [ -z "${missing:-}" ] || say "window tests want these commands, which are missing:$missing"
    exit 0
fi

# Debian splits what others have in one Python.
case $(command -v "${PYTHON:-python3}" || true) in
/usr/bin/python3*) needed="$needed python3-tk python3-venv" ;;
esac

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' ok installed$'; }

missing=
for package in $needed; do
    is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    say "window tests want more; install it with: sudo apt-get install$missing"
    exit 0
fi

say "installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the names are words
if ! output=$({ apt-get update && apt-get install -y --no-install-recommends $missing; } 2>&1 </dev/null); then
    printf '%s\n' "$output" >&2
    say "that failed; the tests go on without"
fi
