# shellcheck shell=bash
# The lab tests itself: two hosts in a lab of their own, everything `hosts` can do with them.
# shellcheck disable=SC2016  # much is to be expanded on the hosts

selftest() { # [--net A.B.C]
  local net=10.203.250 lab=$LAB_DIR/selftest
  if [ "${1:-}" = --net ] && valid_net "${2:-}"; then net=$2; elif [ $# -gt 0 ]; then die "selftest [--net A.B.C]"; fi
  . "${SELF%/*}/lib/check.sh"
  image
  SSHPASS_TOOL=$(deb_tool sshpass sshpass)
  NET=$net
  # from here on "$SELF" is about the other lab
  export CLUSTERPANEL_LAB_DIR=$lab CLUSTERPANEL_LAB_IMAGE=$IMAGE
  unset CLUSTERPANEL_LAB_NET
  KEY=$lab/id_ed25519
  # shellcheck disable=SC2064  # the path of now
  trap "no_interruption; '$SELF' purge > /dev/null 2>&1; rm -rf --one-file-system '$lab'" EXIT
  "$SELF" purge > /dev/null
  selftest_checks
  checks_end selftest
}

by_key() { local host=$1; shift; ssh "${SSH_OPTIONS[@]}" -o BatchMode=yes -i "$KEY" "root@$NET.$((10 + ${host#h}))" "$@"; }
by_password() { local password=$1 who=$2; shift 2; "$SSHPASS_TOOL" -p "$password" ssh "${SSH_OPTIONS[@]}" -o PubkeyAuthentication=no "$who" "$@"; }
host_key() { ssh-keyscan -t ed25519 "$NET.$1" 2> /dev/null | awk '{ print $3 }'; }
differ() { [ -n "$1" ] && [ "$1" != "$2" ]; }
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }
says() { local wanted=$1; shift; grep -q -- "$wanted" <<< "$("$@")"; } # PATTERN COMMAND…

selftest_checks() {
  local before lab_id
  lab_id=lab$(printf %s "$CLUSTERPANEL_LAB_DIR" | cksum | cut -d' ' -f1 | tail -c 5)
  check "hosts that start at once all get CPUs" selftest_cpus "$lab_id"
  check "two hosts up" "$SELF" up 2 --net "$NET"
  check "up again changes nothing" "$SELF" up 2

  check "root with password" by_password klab "root@$NET.11" true
  check "root with key" by_key h2 true
  check "ops, sudo with password" says '^0$' by_password ops-pass "ops@$NET.12" 'echo ops-pass | sudo -S -p "" id -u'
  check "ops, sudo without password: no" not by_password ops-pass "ops@$NET.12" 'sudo -n true'
  check "wrong password: no" not by_password wrong "root@$NET.11" true
  check "host names" same "$(by_key h1 hostname)$(by_key h2 hostname)" h1h2
  check "SSH host keys differ" differ "$(host_key 11)" "$(host_key 12)"
  check "machine ids differ" differ "$(by_key h1 cat /etc/machine-id)" "$(by_key h2 cat /etc/machine-id)"

  check "bare: no container runtime" by_key h1 '! command -v containerd runc dockerd kubelet kubeadm crictl haproxy keepalived; [ ! -e /opt/cni ]'
  check "kubeadm's preflight tools" by_key h1 'set -e
    for x in conntrack socat ethtool ebtables iptables nft curl openssl zstd modprobe sudo ip tc nsenter mount; do command -v $x > /dev/null || { echo "no $x"; exit 1; }; done
    modprobe overlay; modprobe br_netfilter'
  check "no unit failed" by_key h1 'systemctl is-system-running --wait > /dev/null || { systemctl list-units --failed; exit 1; }'
  check "its cgroups are its own" by_key h1 "grep -q ':/init.scope\$' /proc/1/cgroup && ! grep -q $lab_id /proc/1/cgroup"
  check "limits for a unit work" by_key h1 'systemd-run --quiet --wait -p MemoryMax=64M -p TasksMax=50 -p CPUQuota=50% -p Delegate=yes --pipe sh -c "
    cd /sys/fs/cgroup/\$(sed -n s,^0::/,,p /proc/self/cgroup) 2> /dev/null && [ -e memory.max ] || cd /sys/fs/cgroup/memory\$(sed -n s,.*:memory:,,p /proc/self/cgroup)
    cat memory.max memory.limit_in_bytes 2> /dev/null" | grep -x 67108864'
  check "exec: without SSH, in the host's cgroups" says init.scope "$SELF" exec h1 cat /proc/self/cgroup
  check "h1 reaches h2" by_key h1 "ping -c1 -W2 $NET.12"

  check "outside: at .$OUTSIDE, without the machine's addresses" says "^1: lo\|$NET.$OUTSIDE/24" "$SELF" outside ip -4 -o addr
  check "outside: reaches h1, answers its exit code" says '^SSH-.*7$' bash -c "'$SELF' outside bash -c 'exec 3<> /dev/tcp/$NET.11/22; head -c 8 <&3; exit 7'; echo \$?"
  check "outside: nothing stays" not ip link show "$lab_id-out"

  check "cut: no SSH" "$SELF" cut h2
  check "  …" not by_key h2 true
  check "mend" "$SELF" mend h2
  check "  … SSH again" by_key h2 true

  check "cpu: a host that yields" "$SELF" cpu h1 5
  check "  … to the others" selftest_yields

  before=$(by_key h1 'echo kept > /root/file; ip link add br7 type bridge; cat /proc/sys/kernel/random/boot_id')
  check "reboot" "$SELF" reboot h1
  check "  … still yields" selftest_yields
  check "  … no longer" "$SELF" cpu h1 100
  check "disk kept, links gone, new boot id" by_key h1 "grep -q kept /root/file && ! ip link show br7 2> /dev/null && [ \$(cat /proc/sys/kernel/random/boot_id) != $before ]"
  by_key h1 'touch /run/before; systemctl reboot' > /dev/null 2>&1 || true
  check "reboot from inside" until_true 30 by_key h1 'test ! -e /run/before'
  by_key h1 'systemctl poweroff' > /dev/null 2>&1 || true
  check "poweroff from inside" until_true 30 says 'h1 .* stopped' "$SELF" status

  before=$(host_key 12)
  check "kill" "$SELF" kill h2
  check "  … is off, no SSH" says 'h2 .* stopped' "$SELF" status
  check "  …" not by_key h2 true
  check "start again" "$SELF" start h2
  check "  … with the same host key" same "$before" "$(host_key 12)"
  kill -KILL "$(cat "$CLUSTERPANEL_LAB_DIR/hosts/h2/supervisor")"
  check "a killed supervisor takes its host with it" until_true 10 not by_key h2 true
  check "  … which starts again" "$SELF" start h2

  check "stop" "$SELF" stop h2
  check "wipe" "$SELF" wipe h2
  check "  … is forgotten" not says h2 "$SELF" status
  check "an unknown host is refused" not "$SELF" stop h99

  # what a trap for Ctrl-C has to do: hosts that are just starting, a command outside that still runs
  "$SELF" start h1 > /dev/null 2>&1 & # its waiting ends with the host
  "$SELF" start h2 > /dev/null 2>&1 &
  until_true 10 says booting "$SELF" status || true
  "$SELF" outside sleep 1000 > /dev/null 2>&1 &
  until_true 5 ip link show "$lab_id-out" > /dev/null 2>&1 || true
  check "down, in the middle of starting" "$SELF" down
  kill %1 %2 2> /dev/null || true
  check "all off" not says 'running\|booting' "$SELF" status
  check "  … nothing runs, nothing is plugged in" selftest_clean "$lab_id"
  check "purge" "$SELF" purge
  check "nothing is left" selftest_clean "$lab_id"
  check "no file either, but the key" not says . find "$CLUSTERPANEL_LAB_DIR" -mindepth 1 ! -name 'id_ed25519*'
}

# Both want every CPU; what each gets in four seconds is the second line of times.
selftest_yields() {
  local spin own others
  spin='for each in $(seq $(nproc)); do timeout 4 sh -c "while :; do :; done" & done; wait; times'
  others=$(mktemp)
  "$SELF" exec h2 bash -c "$spin" > "$others" &
  own=$("$SELF" exec h1 bash -c "$spin")
  wait $!
  printf '%s\n' "$own" | awk -F '[ms]' 'FNR == 2 { got[++n] = $1 * 60 + $2 } END { exit got[1] < got[2] / 3 ? 0 : 1 }' - "$others"
  local code=$?
  rm -f "$others"
  return $code
}

# In v1 a host copies its CPUs and memory nodes from the lab's cgroup, which the first of them fills: here slowly.
selftest_cpus() ( # LAB-ID
  [ "$(cgroup_version)" = 1 ] || return 0
  HOSTS=$CLUSTERPANEL_LAB_DIR/cpus ID=$1
  cat() {
    [ "$1" != "$CGROUP/cpuset/$ID/../cpuset.mems" ] || sleep .5
    command cat "$@"
  }
  mkdir -p "$HOSTS"/{c1,c2,c3}
  for host in c1 c2 c3; do
    cgroup_make $host &
    sleep .1
  done
  wait
  empty=$(grep -L . "$CGROUP/cpuset/$ID"/c?/cpuset.mems) || true
  for host in c1 c2 c3; do cgroup_remove $host; done
  rm -r "$HOSTS"
  [ -z "$empty" ]
)

selftest_clean() { # LAB-ID: prints what is there, fails if anything is
  local found
  found=$(
    grep -F "$CLUSTERPANEL_LAB_DIR" /proc/self/mounts
    ip -o link | grep -F "$1"
    ip netns list | grep -F "$1"
    find /sys/fs/cgroup -type d -name "$1*"
    pgrep -af "$SELF _(supervise|enter|init)" | while read -r pid rest; do
      ! tr '\0' '\n' < "/proc/$pid/environ" | grep -qxF "CLUSTERPANEL_LAB_DIR=$CLUSTERPANEL_LAB_DIR" || echo "$pid $rest"
    done
    pgrep -af 'sleep 1000$'
  ) 2> /dev/null || true
  [ -z "$found" ] || { echo "$found"; return 1; }
}
