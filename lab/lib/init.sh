# shellcheck shell=bash
# From new namespaces to a booting server: what runs in them as PID 1 until systemd takes over.

# PID 1, step 1: into the host's cgroups, which a cgroup namespace then takes for its roots
host_enter() {
  cgroup_enter "$1"
  exec unshare --cgroup bash "$SELF" _init "$1"
}

# PID 1, step 2: the host's file system, then systemd
host_init() {
  local host=$1 pid
  local root=$HOSTS/$host/merged
  read -r pid _ < /proc/self/stat # /proc is still the machine's: the number that the machine knows us by
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$HOSTS/$host/upper,workdir=$HOSTS/$host/work" "$root"
  hostname "$host"
  [ -e "$root/etc/.lab-first-boot" ] || first_boot "$host" "$root"
  [ -d "$root/lib/modules/$(uname -r)" ] || offer_modules "$root"
  mount_data "$HOSTS/$host/data" "$root" "$host"
  mount_api "$root"
  cgroup_mount "$root"
  private_settings "$root"
  # now it is known to run; the start time tells it from a later process with this number
  echo "$pid $(started_at "$pid")" > "$HOSTS/$host/pid.new"
  mv "$HOSTS/$host/pid.new" "$HOSTS/$host/pid"

  cd "$root" || exit
  mkdir -p .old
  pivot_root . .old
  umount -l /.old
  rmdir /.old 2> /dev/null || true
  mount --make-rshared / # as systemd has it on a real server; pods need it
  # a host must not set the machine's clock or load modules into its kernel
  exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    setpriv --bounding-set=-sys_time,-sys_module --inh-caps=-sys_time,-sys_module \
    /sbin/init --log-target=console --show-status=no
}

first_boot() { # HOST ROOT
  local host=$1 root=$2 home
  echo "$host" > "$root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n%s %s\n' "$(addr "$host")" "$host" > "$root/etc/hosts"
  echo "nameserver $(net).1" > "$root/etc/resolv.conf"
  for home in root home/ops; do
    mkdir -p "$root/$home/.ssh"
    cp "$KEY.pub" "$root/$home/.ssh/authorized_keys"
    chmod 700 "$root/$home/.ssh"
    chmod 600 "$root/$home/.ssh/authorized_keys"
    chown -R --reference="$root/$home" "$root/$home/.ssh"
  done
  : > "$root/etc/.lab-first-boot"
}

# A host cannot load modules, but `modprobe overlay` must succeed on it where the machine has overlay. What the machine's kernel
# has is listed as built in.
offer_modules() { # ROOT
  local modules module
  modules=$1/lib/modules/$(uname -r)
  mkdir -p "$modules"
  for module in fs/overlayfs/overlay net/bridge/bridge net/bridge/br_netfilter drivers/net/veth drivers/net/vxlan/vxlan net/8021q/8021q \
    net/netfilter/nf_conntrack net/netfilter/nf_nat net/netfilter/nf_tables net/netfilter/x_tables net/netfilter/ipset/ip_set \
    net/ipv4/netfilter/ip_tables net/netfilter/ipvs/ip_vs net/netfilter/ipvs/ip_vs_rr net/netfilter/ipvs/ip_vs_wrr \
    net/netfilter/ipvs/ip_vs_sh net/netfilter/ipvs/ip_vs_lc; do
    has_module "$module" && echo "kernel/$module.ko"
  done > "$modules/modules.builtin"
  : > "$modules/modules.order"
  chroot "$1" depmod -a "$(uname -r)" 2> /dev/null || true
}
has_module() {
  modprobe -q "${1##*/}" 2> /dev/null && return
  # A kernel without loadable modules does not tell what it has. It has what the lab itself uses; IPVS shows in /proc.
  [ ! -e /proc/modules ] && { [[ $1 != */ipvs/* ]] || [ -e /proc/net/ip_vs ]; }
}

# containerd's overlay snapshots cannot sit on an overlay: these are plain directories of the machine's disk
mount_data() { # DATA ROOT HOST
  local name source
  for name in containerd kubelet etcd; do
    source=$1/$name
    # etcd waits for its disk at every write, and hosts that share one disk would wait for each other's images to be unpacked. In
    # memory it is as if every host had a disk of its own. What is there stays until the host is wiped.
    # Instead of the directory on the disk, not over it: where a tmpfs covers another mount, systemd 252 forgets at its unmounting
    # that swap.target waits for it, and no shutdown ends.
    if [ "$name" = etcd ] && { [ -d "$FAST/$ID-$3" ] || { [ ! -d "$source" ] && has_fast; }; }; then source=$FAST/$ID-$3; fi
    mkdir -p "$source" "$2/var/lib/$name"
    mount --bind "$source" "$2/var/lib/$name"
  done
}
has_fast() {
  [ "$(stat -f -c '%T' "$FAST")" = tmpfs ] && [ "$(df --output=avail -k "$FAST" | tail -n 1)" -gt 2000000 ]
}

mount_api() { # ROOT: /proc, /sys, /dev, /run
  local root=$1 device name major minor
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t tmpfs -o mode=755,size=64m tmpfs "$root/dev"
  for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 kmsg:1:11; do
    IFS=: read -r name major minor <<< "$device"
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
  done
  mkdir "$root"/dev/{pts,shm,mqueue}
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
  mount -t mqueue mqueue "$root/dev/mqueue" 2> /dev/null || true
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
}

# Kernel settings that are not per network namespace: a private copy, so that no host changes the machine (kubelet writes some)
private_settings() { # ROOT
  local root=$1 name
  local copy=$root/run/.sys
  mkdir "$copy"
  mount -t tmpfs tmpfs "$copy"
  for name in vm kernel fs; do
    timeout 20 cp -r "$root/proc/sys/$name" "$copy/" 2> /dev/null || true # some cannot be read
    mount --bind "$copy/$name" "$root/proc/sys/$name"
  done
  printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' > "$copy/swaps" # the machine's swap is not the host's
  mount --bind "$copy/swaps" "$root/proc/swaps"
  umount -l "$copy"
  rmdir "$copy"
  echo 1 > "$root/proc/sys/vm/overcommit_memory"
  cat /proc/sys/kernel/random/uuid > "$root/proc/sys/kernel/random/boot_id" # new at every boot
  # a copy of these would stand still
  for name in random/uuid hostname domainname; do mount --bind "/proc/sys/kernel/$name" "$root/proc/sys/kernel/$name"; done
}
