#!/usr/bin/env bash
# The browser tests need Chromium and fonts for Chinese. Install them where that is possible, else say how.
# The Chromium without a window is enough and does the same in less time; not every system has it as a package.
set -euo pipefail
found=
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && found=$name && break
done
need=()
[ -n "$found" ] || need+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || need+=(fonts-noto-cjk)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  if [ "${need[0]}" = chromium ] && apt-cache show chromium-headless-shell >/dev/null 2>&1; then need[0]=chromium-headless-shell; fi
  echo "installing ${need[*]} …"
  apt-get install -y -qq --no-install-recommends fontconfig "${need[@]}" >/dev/null
  exit 0
fi
echo "The browser tests need: sudo apt-get install ${need[*]}" >&2
[ "${CI:-}" = true ] && exit 1
exit 0
