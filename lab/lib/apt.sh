#!/bin/bash
# Packages a script needs. Sourced by start and test.

# missing_packages NAME…: those that are not installed
missing_packages() {
  local p
  for p in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed || echo "$p"
  done
}

# need_packages yes|ask NAME…: installs what is missing, after asking when told to
need_packages() {
  local how=$1 missing answer
  shift
  command -v dpkg-query >/dev/null || { echo "This script installs what it needs with apt; on this system install by hand: $*" >&2; return 1; }
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Needed from apt and not installed: ${missing[*]}"
  if [ "$how" = ask ]; then
    read -r -p "Install them now? [Y/n] " answer || answer=n
    case $answer in "" | y | Y | yes) ;; *) echo "Without them this does not work." >&2; return 1 ;; esac
  fi
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get -q update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"
}

# need_sdk: an SDK that satisfies global.json, or one sentence
need_sdk() {
  command -v dotnet >/dev/null || { echo "The .NET SDK is not installed; global.json asks for $(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' global.json) or a later 10.0 one." >&2; return 1; }
  local says
  says=$(dotnet --version 2>&1) || { echo "No .NET SDK can be used here; global.json asks for $(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' global.json) or a later 10.0 one. dotnet says: $(echo "$says" | head -n 1)" >&2; return 1; }
}
