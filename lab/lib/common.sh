# shellcheck shell=bash
# Where the lab keeps its things, and the small tools that every part uses. Sourced by lab/hosts and lab/guest.
# shellcheck disable=SC2034  # used by the files that source this one

LAB_DIR=$(readlink -m "${CLUSTERPANEL_LAB_DIR:-/var/lib/clusterpanel-lab}")
IMAGE=$(readlink -m "${CLUSTERPANEL_LAB_IMAGE:-$LAB_DIR/image}")
HOSTS=$LAB_DIR/hosts
KEY=$LAB_DIR/id_ed25519
TOOLS=$LAB_DIR/tools
FAST=/dev/shm
# The lab's own name, on everything that is not under LAB_DIR: bridge, cables, network namespaces, cgroups. Two labs with
# different directories do not meet. Short, because the name of an interface holds 15 characters.
ID=lab$(printf %s "$LAB_DIR" | cksum | cut -d' ' -f1 | tail -c 5)

die() { echo "${0##*/}: $*" >&2; exit 1; }
need_root() { [ "$(id -u)" = 0 ] || die "needs root"; }

not() { ! "$@"; }

# SECONDS COMMAND…: tries the command, five times a second, until it succeeds
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep .2
  done
}
# How long a computer may take from power on to SSH: much longer under emulation, or beside other work
PATIENCE=${CLUSTERPANEL_LAB_PATIENCE:-180}

# Whoever tidies up must finish: a second Ctrl-C, or a terminal that has gone, must not leave half a lab behind.
no_interruption() { trap '' INT HUP PIPE; }

make_key() {
  [ -e "$KEY" ] && return
  mkdir -p "$LAB_DIR"
  ssh-keygen -q -t ed25519 -N '' -C clusterpanel-lab -f "$KEY"
}

SSH_OPTIONS=(-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5)

# ADDRESS: an SSH server greets there (a port that is only open is not enough: sshd may still be starting)
ssh_answers() {
  (
    exec 3<> "/dev/tcp/$1/22" || exit 1
    IFS= read -r -t 5 line <&3
    [[ $line == SSH-* ]]
  ) 2> /dev/null
}

# PROCESS-ID: when that process started, in clock ticks; tells a process from a later one with the same number
started_at() { awk '{print $22}' "/proc/$1/stat" 2> /dev/null; }

# Packages are downloaded with apt, by name, and unpacked under LAB_DIR: the lab installs nothing on the machine.
apt_download() { # DIRECTORY PACKAGE…: the packages themselves, into that directory
  local directory=$1
  shift
  mkdir -p "$directory"
  (
    cd "$directory" || exit
    # apt's sandbox user could not write here
    apt-get -q -o APT::Sandbox::User=root download "$@" ||
      { apt-get -q update && apt-get -q -o APT::Sandbox::User=root download "$@"; }
  ) >&2
}

# PACKAGE PROGRAM: the path of a program, fetched when the machine has it not
deb_tool() {
  local found package=$1 program=$2
  command -v "$program" && return
  found=$(find "$TOOLS/root" -type f -name "$program" -perm -u+x 2> /dev/null | head -1)
  if [ -z "$found" ]; then
    apt_download "$TOOLS/deb" "$package"
    dpkg -x "$TOOLS/deb/$package"_*.deb "$TOOLS/root"
    found=$(find "$TOOLS/root" -type f -name "$program" -perm -u+x | head -1)
  fi
  [ -n "$found" ] || die "cannot get $program from package $package"
  echo "$found"
}
