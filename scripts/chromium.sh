#!/usr/bin/env bash
# The browser tests need Chromium and fonts for Chinese. Install them where that is possible, else say how.
set -euo pipefail
need=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || need+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || need+=(fonts-noto-cjk)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${need[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends fontconfig "${need[@]}" >/dev/null
  exit 0
fi
echo "The browser tests need: sudo apt-get install ${need[*]}" >&2
[ "${CI:-}" = true ] && exit 1
exit 0
