#!/usr/bin/env bash
# A lock's name (runtime or dev) goes in, a .venv with exactly those packages and this one comes out.
set -euo pipefail
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

stop() {
    printf '\nSet-up stopped: %s\n' "$1" >&2
    exit 1
}

# quiet while it goes well; the last lines when it does not
run() {
    "$@" >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        stop "this failed: $*"
    }
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is needed, found $(${PYTHON:-python3} --version 2>&1 || echo none).
Install a newer one (Debian 12, Ubuntu 24.04 and later have it) or name it: make PYTHON=/path/to/python3.12 …"
}

if ! is_new_enough .venv/bin/python; then
    python="$(find_python)"
    echo "Setting up .venv with $("$python" --version) (once, a minute or two) …"
    if command -v uv >/dev/null; then
        run uv venv --clear --python "$python" .venv
    else
        "$python" -c 'import venv, ensurepip' 2>/dev/null ||
            stop "Python's venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"
        run "$python" -m venv --clear .venv
    fi
fi

echo "Installing $lock …"
# wheels only: no set-up code of a dependency runs here
if command -v uv >/dev/null; then
    # compiled once here, or else each process would compile what it imports
    install=(uv pip install --compile-bytecode --python .venv/bin/python)
else
    install=(.venv/bin/python -m pip install --disable-pip-version-check --no-input)
fi
run "${install[@]}" --require-hashes --only-binary :all: -r "$lock"
run "${install[@]}" --no-deps --no-build-isolation -e .
