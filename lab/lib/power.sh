# shellcheck shell=bash
# Switching hosts on and off. Every host has a supervisor, a process of ours outside that starts its init again after a reboot
# and tidies up after a power-off. The supervisor holds a lock (hosts/NAME/lock) from power on to power off.

MAX=12

known() {
  { [[ ${1:-} =~ ^h([1-9][0-9]?)$ ]] && [ "${BASH_REMATCH[1]}" -le $MAX ]; } || die "a host's name is h1 to h$MAX, not '${1:-}'"
}
all_hosts() { find "$HOSTS" -mindepth 1 -maxdepth 1 -printf '%f\n' 2> /dev/null | sort -V; }

powered() { [ -e "$HOSTS/$1/lock" ] && ! flock -n "$HOSTS/$1/lock" true; }

# HOST: the number of its init, as the machine knows it; fails when it does not run (yet)
pid_of() {
  local pid start
  { read -r pid start < "$HOSTS/$1/pid"; } 2> /dev/null || return 1
  [ -n "$pid" ] && [ "$(started_at "$pid")" = "$start" ] && echo "$pid"
}
another_init_runs() { # HOST PID: than that one
  local pid
  pid=$(pid_of "$1") && [ "$pid" != "$2" ]
}

power_on() { # HOST: does not wait for it
  local host=$1
  local home=$HOSTS/$1
  image > /dev/null
  make_key
  bridge_up
  mkdir -p "$home"/{upper,work,merged,data}
  # The lock is taken here and handed over: there is no moment in which a host is about to start and `down` does not see it.
  exec 9> "$home/lock"
  if flock -n 9; then
    rm -f "$home/pid" "$home/off"
    setsid bash "$SELF" _supervise "$host" >> "$home/console.log" 2>&1 < /dev/null &
  else
    echo "$host already runs"
  fi
  exec 9>&-
}

supervise() { # HOST; descriptor 9 is the lock
  local host=$1 code
  local home=$HOSTS/$1
  trap '' HUP INT
  echo $$ > "$home/supervisor"
  while :; do
    net_up "$host"
    cgroup_make "$host"
    code=0
    # whatever ends the supervisor ends the host too
    setpriv --pdeathsig KILL nsenter --net="/run/netns/$ID-$host" \
      unshare --mount --pid --uts --ipc --fork --kill-child bash "$SELF" _enter "$host" 9>&- || code=$?
    rm -f "$home/pid"
    unplug "$host"
    cgroup_remove "$host"
    echo "$(date +%T) $host: init ended with $code"
    # reboot(2) in a PID namespace ends its init with SIGHUP (129), power-off with SIGINT
    { [ $code = 129 ] && [ ! -e "$home/off" ]; } || break
  done
}

wait_up() { # HOST
  local host=$1
  until_true "$PATIENCE" answers_or_off "$host" || true
  { powered "$host" && ssh_answers "$(addr "$host")"; } ||
    { tail -20 "$HOSTS/$host/console.log" >&2; die "$host: no SSH at $(addr "$host")"; }
  echo "$host $(addr "$host") up"
}
answers_or_off() { ssh_answers "$(addr "$1")" || ! powered "$1"; }

up() { # N [--net A.B.C]
  local count=${1:-} i
  { [[ $count =~ ^[1-9][0-9]?$ ]] && [ "$count" -le $MAX ]; } || die "up N: N from 1 to $MAX"
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --net)
        valid_net "${2:-}" || die "--net A.B.C"
        [ ! -e "$LAB_DIR/net" ] || [ "$(net)" = "$2" ] || [ -z "$(all_hosts)" ] || die "hosts exist in $(net).0/24; purge first"
        mkdir -p "$LAB_DIR"
        echo "$2" > "$LAB_DIR/net"
        shift 2 ;;
      *) die "up: unknown option $1" ;;
    esac
  done
  image
  for ((i = 1; i <= count; i++)); do power_on "h$i"; done
  for ((i = 1; i <= count; i++)); do wait_up "h$i"; done
}

stop() { # HOST SIGNAL: RTMIN+4 asks systemd for an orderly power-off, KILL is a power cut
  local host=$1 signal=$2 pid
  local home=$HOSTS/$1 deadline=$((SECONDS + 60))
  [ -d "$home" ] || die "no such host: $host"
  : > "$home/off" # whatever happens now, it does not come back
  while powered "$host"; do
    if [ $SECONDS -gt $deadline ]; then
      echo "$host did not shut down in 60 s: power cut" >&2
      kill -KILL "$(cat "$home/supervisor")" 2> /dev/null || true
      until_true 10 not powered "$host" || die "$host cannot be stopped"
      break
    fi
    # asked again and again, because an init that is still starting does not hear it yet
    if pid=$(pid_of "$host"); then kill -s "$signal" "$pid" 2> /dev/null || true; fi
    until_true 2 not powered "$host" || true
  done
  # the supervisor has done this; not one that was killed
  unplug "$host"
  cgroup_remove "$host"
  rm -f "$home/pid" "$home/supervisor"
}

reboot_host() { # HOST
  local host=$1 pid
  pid=$(pid_of "$host") || die "$host does not run"
  kill -s RTMIN+5 "$pid"
  until_true 60 another_init_runs "$host" "$pid" || {
    powered "$host" || die "$host went off instead of rebooting"
    echo "$host did not shut down in 60 s: power cut" >&2
    stop "$host" KILL
    power_on "$host"
  }
  wait_up "$host"
}

wipe() { # HOST
  ! powered "$1" || die "$1 runs: stop it first"
  rm -rf --one-file-system "${HOSTS:?}/$1" "$FAST/$ID-$1"
}

down() {
  local host
  no_interruption
  for host in $(all_hosts); do { stop "$host" RTMIN+4; echo "$host stopped"; } & done
  wait
  outside_end
  bridge_down
}

purge() { # [--image]
  local host
  no_interruption
  for host in $(all_hosts); do { stop "$host" KILL; wipe "$host"; } & done
  wait
  outside_end
  bridge_down
  rm -f "$LAB_DIR/.outside.lock"
  rmdir "$HOSTS" 2> /dev/null || true
  [ -z "$(all_hosts)" ] || die "something is left in $HOSTS"
  ! grep -qF " $HOSTS/" /proc/self/mounts || die "something is still mounted under $HOSTS"
  [ "${1:-}" = --image ] || return 0
  rm -rf --one-file-system "$LAB_DIR/image" "$LAB_DIR/image.new" "$TOOLS"
  rm -f "$KEY" "$KEY.pub" "$LAB_DIR"/{image.log,.image.lock}
  rmdir "$LAB_DIR" 2> /dev/null || true
}

cable() { ip link set "$ID-$1" "$2" || die "$1 does not run"; } # HOST up|down

status() {
  local host pid
  for host in $(all_hosts); do
    if pid=$(pid_of "$host"); then
      echo "$host $(addr "$host") running pid=$pid rss=$(cgroup_rss "$host")MB up=$(ps -o etimes= -p "$pid" | tr -d ' ')s" \
        "link=$(cat "/sys/class/net/$ID-$host/operstate" 2> /dev/null || echo '?')"
    elif powered "$host"; then echo "$host $(addr "$host") booting"
    else echo "$host $(addr "$host") stopped"; fi
  done
}

execute() { # HOST [COMMAND…]: in the host, without SSH
  local host=$1 pid
  shift
  pid=$(pid_of "$host") || die "$host does not run"
  [ $# -gt 0 ] || set -- bash -l
  cgroup_enter "$host" init.scope
  exec nsenter -t "$pid" -a -- env -i HOME=/root TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
