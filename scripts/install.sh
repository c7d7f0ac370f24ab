#!/usr/bin/env bash
# Install one of the project's environments: core, dev (core and the test tools), superset, or the tests' browser.
# Finds or fetches what it needs: a CPython 3.12, uv, the locked packages. Does nothing when all is current.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:?usage: scripts/install.sh core|dev|superset|browser}
say() { printf '%s\n' "install: $*" >&2; }

runs() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' >/dev/null 2>&1; }

find_python() { # a CPython 3.12 that runs: named by PYTHON, on PATH, or in pyenv's versions folder
  local candidate
  for candidate in "${PYTHON:-}" python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.12*/bin/python3.12; do
    [ -n "$candidate" ] && runs "$candidate" && { command -v "$candidate"; return; }
  done
  return 1
}

find_uv() { # uv on PATH, or our own copy in .tools
  if uv --version >/dev/null 2>&1; then echo uv; return; fi
  if ! .tools/bin/uv --version >/dev/null 2>&1; then
    say "fetching uv"
    local python; python=$(find_python || command -v python3) || { say "no Python found: install Python 3.12"; exit 1; }
    "$python" -m venv .tools >&2 && .tools/bin/pip install --quiet --disable-pip-version-check uv >&2
  fi
  echo .tools/bin/uv
}

create() { # create VENV: with the Python found, else with one that uv downloads
  local python
  if python=$(find_python); then UV_PYTHON_DOWNLOADS=never "$uv" venv --quiet --clear --python "$python" "$1"
  else say "no Python 3.12 found here, asking uv for one"; "$uv" venv --quiet --clear --python 3.12 "$1"; fi
}

sync() { # sync VENV STAMP REQUIREMENTS...: install exactly these, once per version of the files
  local venv=$1 stamp=$1/.installed-$2 digest; shift 2
  digest=$(cat "$@" | sha256sum | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ] && runs "$venv/bin/python" && return
  say "installing $what into $venv (about a minute the first time)"
  runs "$venv/bin/python" || create "$venv"
  "$uv" pip install --quiet --no-deps --require-hashes --compile-bytecode --python "$venv/bin/python" $(printf -- '-r %s ' "$@")
  echo "$digest" >"$stamp"
}

uv=$(find_uv)
case $what in
  core) # the test tools' lock holds everything of the core's: where it is installed, core is
    [ -f .venv/.installed-dev ] && [ "$(cat .venv/.installed-dev)" = "$(sha256sum <requirements/dev.txt | cut -d' ' -f1)" ] ||
      sync .venv core requirements/core.txt ;;
  dev) sync .venv dev requirements/dev.txt ;;
  superset) sync .venv-superset superset superset/requirements.txt ;;
  browser) # for the browser tests; where none can be had they skip and say why
    has() { PYTHONPATH=. .venv/bin/python -c 'import sys; from tests.warehouse.bi.browser import find_chromium as f; sys.exit(not f())'; }
    has && exit 0
    say "fetching a Chromium for the browser tests"
    .venv/bin/playwright install chromium >/dev/null 2>&1 && has && exit 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji) >/dev/null 2>&1 || true
    fi
    has || say "no Chromium to be had: the browser tests will skip" ;;
  *) say "unknown environment $what: expected core, dev, superset or browser"; exit 2 ;;
esac
