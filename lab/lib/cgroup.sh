# shellcheck shell=bash
# A cgroup subtree for every host. Its systemd sees it as the root (cgroup namespace) and rules in it alone.
#
# v2  /sys/fs/cgroup/LAB/HOST, a sibling of what the machine's systemd owns (system.slice, user.slice), so that it stays away.
#     Controllers are enabled down to LAB; enabling them inside is up to the host's systemd, which first moves itself from
#     the root to init.scope: a cgroup that hands controllers on must not hold processes.
# v1  /sys/fs/cgroup/HIERARCHY/LAB/HOST in every hierarchy that the machine has mounted. A "hybrid" machine (cgroup2 beside them
#     at /sys/fs/cgroup/unified) is one of these, because its controllers are in the v1 hierarchies.

CGROUP=/sys/fs/cgroup

cgroup_version() {
  if [ "$(stat -f -c %T $CGROUP)" = cgroup2fs ]; then echo 2
  elif [ -d $CGROUP/systemd ] && [ -d $CGROUP/memory ]; then echo 1
  else die "$CGROUP is neither cgroup v2 nor cgroup v1 with the hierarchies memory and systemd"; fi
}

# The mounted v1 hierarchies, by the names of their directories: cpu,cpuacct   memory   systemd …
cgroup_hierarchies() {
  awk -v top="$CGROUP/" '$3 == "cgroup" && index($2, top) == 1 { name = substr($2, length(top) + 1); if (name !~ "/") print name }' /proc/self/mounts
}

# HOST: makes its cgroups, and writes their paths to its file `cgroups`, for whoever comes later. New ones for every boot: in v2
# no process can enter what the last systemd has left, because it hands controllers on. The lab's own, above all hosts', is
# shared: whoever makes or removes it holds the lock, or a host that starts beside it copies what is only half filled.
cgroup_make() {
  local host=$1 list=$HOSTS/$1/cgroups hierarchy directory account
  cgroup_remove "$host"
  : > "$list"
  if [ "$(cgroup_version)" = 2 ]; then
    cgroup_controllers
    echo "$CGROUP/$ID/$host" >> "$list"
  else
    for hierarchy in $(cgroup_hierarchies); do
      case ,$hierarchy, in
        # a child of the caller's: what a host uses stays in the account of who started it
        *,memory,*)
          account=$(awk -F: '("," $2 ",") ~ /,memory,/ { print $3 }' /proc/self/cgroup)
          echo "$CGROUP/$hierarchy${account%/}/$ID-$host" ;;
        *) echo "$CGROUP/$hierarchy/$ID/$host" ;;
      esac >> "$list"
    done
    [ ! -d $CGROUP/unified ] || echo "$CGROUP/unified/$ID/$host" >> "$list"
  fi
  cgroup_locked cgroup_create "$list"
  cgroup_weigh_host "$host"
}
cgroup_create() {
  local directory
  while read -r directory; do
    mkdir -p "$directory"
    cgroup_fill_cpuset "${directory%/*}"
    cgroup_fill_cpuset "$directory"
    cgroup_weigh "${directory%/*}"
  done < "$1"
}
cgroup_locked() { (flock 8; "$@") 8< "$LAB_DIR"; }

# The hosts are as many machines: without this, all of them together would get as much of the CPU as one process outside the lab.
cgroup_weigh() {
  [ "${1##*/}" = "$ID" ] || return 0
  cgroup_set_weight "$1" 800
}
cgroup_set_weight() { # DIRECTORY PERCENT
  [ ! -e "$1/cpu.shares" ] || echo $((1024 * $2 / 100)) > "$1/cpu.shares"
  [ ! -e "$1/cpu.weight" ] || echo "$2" > "$1/cpu.weight"
}

# HOST PERCENT: its weight beside the lab's other hosts, from now on and in later boots; 100 is theirs.
cgroup_yield() {
  echo "$2" > "$HOSTS/$1/weight"
  ! powered "$1" || cgroup_weigh_host "$1"
}
cgroup_weigh_host() { # HOST: as it was told to
  local directory
  [ -e "$HOSTS/$1/weight" ] || return 0
  while read -r directory; do cgroup_set_weight "$directory" "$(cat "$HOSTS/$1/weight")"; done < "$HOSTS/$1/cgroups"
}

# GUEST: the calling process becomes one more of the lab's machines. Beside their weight it would hardly get the CPU.
cgroup_enter_guest() {
  local directory
  for directory in $(cgroup_guest "$1"); do
    cgroup_locked mkdir -p "$directory"
    cgroup_weigh "${directory%/*}"
    echo 0 > "$directory/cgroup.procs"
  done
}
cgroup_leave_guest() { # GUEST, when it has ended
  local directory
  for directory in $(cgroup_guest "$1"); do
    [ ! -d "$directory" ] || until_true 5 rmdir "$directory" 2> /dev/null || true
    rmdir "${directory%/*}" 2> /dev/null || true
  done
}
cgroup_guest() {
  local hierarchy
  if [ "$(cgroup_version)" = 2 ]; then echo "$CGROUP/$ID/$1"; return; fi
  for hierarchy in $(cgroup_hierarchies); do case ,$hierarchy, in *,cpu,*) echo "$CGROUP/$hierarchy/$ID/$1" ;; esac; done
}

cgroup_fill_cpuset() { # in v1 a new cpuset is empty, and no process can enter it
  { [ -e "$1/cgroup.clone_children" ] && [ -e "$1/cpuset.cpus" ] && [ -z "$(cat "$1/cpuset.cpus")" ]; } || return 0
  cat "$1/../cpuset.cpus" > "$1/cpuset.cpus"
  cat "$1/../cpuset.mems" > "$1/cpuset.mems"
  echo 1 > "$1/cgroup.clone_children"
}

# v2: every controller of the machine is handed on to the hosts. Those that the machine itself had not enabled are noted, to take
# them back at the end.
cgroup_controllers() {
  local controller available
  mkdir -p "$CGROUP/$ID"
  read -ra available < $CGROUP/cgroup.controllers
  for controller in "${available[@]}"; do
    grep -qw "$controller" $CGROUP/cgroup.subtree_control || {
      echo "+$controller" > $CGROUP/cgroup.subtree_control || die "cannot enable the cgroup controller $controller (in a container? its root must hold no processes)"
      echo "$controller" >> "$LAB_DIR/controllers"
    }
    echo "+$controller" > "$CGROUP/$ID/cgroup.subtree_control"
  done
}

# HOST [CHILD]: moves the calling process in. 0 is "who writes this", in whatever PID namespace it is.
cgroup_enter() {
  local directory
  while read -r directory; do
    [ ! -d "$directory/${2:-}" ] || directory=$directory/${2:-}
    echo 0 > "$directory/cgroup.procs"
  done < "$HOSTS/$1/cgroups"
}

# ROOT: mounts cgroups for a host, in its own cgroup namespace, the way the machine has them
cgroup_mount() {
  local at=$1/sys/fs/cgroup hierarchy part
  if [ "$(cgroup_version)" = 2 ]; then
    mount -t cgroup2 cgroup2 "$at"
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs "$at"
  for hierarchy in $(cgroup_hierarchies); do
    mkdir "$at/$hierarchy"
    case $hierarchy in
      systemd) mount -t cgroup -o none,name=systemd cgroup "$at/$hierarchy" ;;
      *)
        mount -t cgroup -o "$hierarchy" cgroup "$at/$hierarchy"
        # cpu,cpuacct: also known as cpu and as cpuacct
        for part in ${hierarchy//,/ }; do [ "$part" = "$hierarchy" ] || ln -s "$hierarchy" "$at/$part"; done ;;
    esac
  done
}

cgroup_rss() { # HOST: megabytes of its processes, without page cache
  local directory
  directory=$(grep -E "/memory/|^$CGROUP/$ID/" "$HOSTS/$1/cgroups" 2> /dev/null) || { echo '?'; return; }
  awk '$1 == "total_rss" || $1 == "anon" { print int($2 / 1048576) }' "$directory/memory.stat" 2> /dev/null || echo '?'
}

# HOST: removes its cgroups, and the lab's when it was the last one. What has just ended may need a moment to leave.
cgroup_remove() {
  [ -e "$HOSTS/$1/cgroups" ] || return 0
  until_true 5 cgroup_locked cgroup_removed "$1" || echo "$1: its cgroups are still in use" >&2
  cgroup_forget
}
cgroup_removed() {
  local directory gone=0
  while read -r directory; do
    [ ! -d "$directory" ] || find "$directory" -depth -type d -exec rmdir {} + 2> /dev/null || gone=1
    [ "$(basename "${directory%/*}")" != "$ID" ] || rmdir "${directory%/*}" 2> /dev/null || true
  done < "$HOSTS/$1/cgroups"
  return $gone
}
cgroup_forget() { # v2, after the last host: the machine's root gets back what it had
  local controller
  [ ! -d "$CGROUP/$ID" ] && [ -e "$LAB_DIR/controllers" ] || return 0
  while read -r controller; do
    echo "-$controller" > $CGROUP/cgroup.subtree_control 2> /dev/null || true # refused when somebody else uses it by now
  done < "$LAB_DIR/controllers"
  rm -f "$LAB_DIR/controllers"
}
