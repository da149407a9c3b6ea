# shellcheck shell=bash
# ok and FAIL lines, for the lab's tests of itself.

CHECKS_FAILED=0

# WHAT COMMAND…
check() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok    $what"
  else
    echo "FAIL  $what"
    tail -5 <<< "$output" | sed 's/^/      /'
    CHECKS_FAILED=$((CHECKS_FAILED + 1))
  fi
}

checks_end() { # NAME
  if [ $CHECKS_FAILED = 0 ]; then echo "$1 passed"; else echo "$1 FAILED: $CHECKS_FAILED"; return 1; fi
}
