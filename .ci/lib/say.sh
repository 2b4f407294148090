# How set-up talks, waits, and keeps others from doing the same work at the same time.
# shellcheck shell=bash

say() {
  printf 'set-up: %s\n' "$*"
}

die() {
  printf 'set-up: %s\n' "$*" >&2
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# long NAME COMMAND…: runs what takes long with its output in a log, and shows now and then how far it is.
long() {
  local name=$1 log=$MONSCOPE_CACHE/log/$1.txt started=$SECONDS next=15
  shift
  mkdir -p "$MONSCOPE_CACHE/log"
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.5
    if ((SECONDS - started >= next)); then
      printf 'set-up:   %s, %d s: %s\n' "$name" "$((SECONDS - started))" "$(last_line "$log")"
      ((next += 15))
    fi
  done
  if wait "$child"; then
    child=
    return 0
  fi
  child=
  printf 'set-up: %s failed. The end of %s:\n' "$name" "$log" >&2
  tail -n 25 "$log" >&2
  return 1
}

last_line() {
  tail -c 2000 "$1" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | sed 's/^ *//' | cut -c 1-90
}

# Somebody who stops set-up stops what it started, too.
child=
stop_child() {
  if [ -n "$child" ]; then kill "$child" 2>/dev/null || true; fi
}
trap 'stop_child; exit 130' INT
trap 'stop_child; exit 143' TERM

# One set-up at a time; with the lock in hand, what lies in tmp/ is what a killed run left behind.
take_lock() {
  mkdir -p "$MONSCOPE_CACHE"
  if have flock; then
    exec 9>"$MONSCOPE_CACHE/lock"
    if ! flock -n 9; then
      say "waiting for another set-up (or what an interrupted one left running) to end"
      flock 9
    fi
  fi
  rm -rf "$MONSCOPE_CACHE/tmp"
  mkdir -p "$MONSCOPE_CACHE/tmp" "$MONSCOPE_CACHE/tools" "$MONSCOPE_CACHE/build"
}

# new_folder NAME: an empty folder to fill, on the same disk as its final place.
new_folder() {
  rm -rf "$MONSCOPE_CACHE/tmp/$1"
  mkdir -p "$MONSCOPE_CACHE/tmp/$1"
  echo "$MONSCOPE_CACHE/tmp/$1"
}

# put_in_place FOLDER PLACE: complete now, so let it be seen.
put_in_place() {
  rm -rf "$2"
  mv "$1" "$2"
}
