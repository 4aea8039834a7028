#!/usr/bin/env bash
# Install into .venv: what uv cannot fetch (it does not read pip's configuration), pip fetches; slower, the same packages.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=1
.venv/bin/uv pip install --quiet --python .venv/bin/python "$@" 2>.venv/uv.log && exit 0
echo "uv could not fetch the packages (.venv/uv.log says why); pip takes over, a few minutes …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
