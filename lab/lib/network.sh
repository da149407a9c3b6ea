# shellcheck shell=bash
# One private bridge; a cable (veth pair) and a network namespace for every host.

# The first three numbers of the addresses; kept in a file from the first `up` to `purge`
net() {
  if [ -s "$LAB_DIR/net" ]; then cat "$LAB_DIR/net"; else echo "${CLUSTERPANEL_LAB_NET:-10.203.0}"; fi
}
valid_net() { [[ $1 =~ ^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$ ]]; }

# hosts h1… at .11…, guests g1… at .101…
addr() {
  case $1 in
    h*) echo "$(net).$((10 + ${1#h}))" ;;
    g*) echo "$(net).$((100 + ${1#g}))" ;;
  esac
}
OUTSIDE=200 # where `outside` runs its command

# KIND NUMBER: the same at every boot, as a card has it
mac() { printf '52:54:00:%02x:%02x:%02x' $((10#${ID#lab} % 256)) "$1" "$2"; }

bridge_up() {
  [ -d "/sys/class/net/$ID" ] && return
  ! ip -br addr | grep -qF " $(net).1/" || die "$(net).1 is taken already (by another lab?); use up N --net A.B.C"
  mkdir -p "$LAB_DIR"
  net > "$LAB_DIR/net.new"
  mv "$LAB_DIR/net.new" "$LAB_DIR/net"
  # with an address of its own: it would take over one of a cable, and change it whenever a host comes or goes
  ip link add "$ID" address "$(mac 0 1)" type bridge 2> /dev/null || [ -d "/sys/class/net/$ID" ] # somebody else just did
  ip addr replace "$(net).1/24" dev "$ID"
  ip link set "$ID" up
}
bridge_down() { # unless something is still plugged in: a host, or a guest
  if [ -d "/sys/class/net/$ID" ]; then
    [ -z "$(ls "/sys/class/net/$ID/brif")" ] || return 0
    ip link del "$ID"
  fi
  [ -n "$(ls "$HOSTS" 2> /dev/null)" ] || rm -f "$LAB_DIR/net"
}

# NAME ADDRESS NUMBER: a namespace with eth0 on the bridge. Made anew at every boot, because links, routes and rules
# made inside do not survive a power cycle on a real server either.
plug_in() {
  local name=$ID-$1 address=$2 number=$3
  unplug "$1"
  ip netns add "$name"
  ip link add "$name" type veth peer name eth0 address "$(mac 1 "$number")" netns "$name"
  ip link set "$name" master "$ID" up
  ip -n "$name" link set lo up
  ip -n "$name" addr add "$address/24" brd + dev eth0
  ip -n "$name" link set eth0 up
}
unplug() {
  ip link del "$ID-$1" 2> /dev/null || true
  ip netns del "$ID-$1" 2> /dev/null || true
}

net_up() { # HOST
  plug_in "$1" "$(addr "$1")" $((10 + ${1#h}))
  ip -n "$ID-$1" route add default via "$(net).1" # leads nowhere, but kubeadm wants one to tell its own address
}

# COMMAND…: runs it as on another computer of that network, an operator's laptop: no process, file or name of a host is near.
outside() {
  local name=$ID-out child code=0
  [ -d "/sys/class/net/$ID" ] || die "no lab is up"
  exec 7> "$LAB_DIR/.outside.lock"
  flock 7 # there is one such address: a second caller waits
  trap outside_end EXIT
  outside_end # what a killed one has left
  plug_in out "$(net).$OUTSIDE" "$OUTSIDE"
  printf '127.0.0.1 localhost\n::1 localhost\n' > "$LAB_DIR/.outside.hosts"
  # in the background and waited for, so that a signal to us reaches it at once
  # shellcheck disable=SC2016  # to be expanded in there
  setpriv --pdeathsig KILL nsenter --net="/run/netns/$name" unshare --mount \
    bash -c 'mount --bind "$1" /etc/hosts; shift; exec "$@"' outside "$LAB_DIR/.outside.hosts" "$@" <&0 7>&- &
  child=$!
  trap 'kill -TERM $child 2> /dev/null' INT TERM HUP
  wait "$child" || code=$?
  ! kill -0 "$child" 2> /dev/null || wait "$child" || code=$?
  exit "$code"
}
outside_end() {
  local pids
  pids=$(ip netns pids "$ID-out" 2> /dev/null) || true
  # shellcheck disable=SC2086  # a list
  [ -z "$pids" ] || kill -KILL $pids 2> /dev/null || true
  unplug out
  rm -f "$LAB_DIR/.outside.hosts"
}
