# shellcheck shell=bash
# The disk image that all hosts share: a bare Debian 12 with an SSH server and the tools that kubeadm's preflight asks for;
# nothing of Kubernetes. A host's own disk is an overlay on it.

IMAGE_PACKAGES=(
  systemd systemd-sysv dbus openssh-server sudo procps hostname util-linux kmod
  iproute2 iptables nftables ipset ipvsadm ebtables conntrack socat ethtool iputils-ping netcat-openbsd
  curl ca-certificates openssl libnet-ssleay-perl perl-openssl-defaults tar gzip xz-utils zstd less vim-tiny bash-completion
)

# Units that would touch the machine itself (devices, mounts), cannot work in a container, or are noise on a throw-away server.
IMAGE_MASKED_UNITS=(
  systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket
  systemd-udev-trigger.service systemd-udev-settle.service
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount
  dev-hugepages.mount dev-mqueue.mount systemd-remount-fs.service proc-sys-fs-binfmt_misc.automount systemd-binfmt.service
  getty.target console-getty.service systemd-networkd.service
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
)

# The image is built anew when this changes: its packages, units and settings (not when a comment does).
image_recipe() {
  { declare -p IMAGE_PACKAGES IMAGE_MASKED_UNITS; declare -f image_settings; } | cksum
}

image_ready() {
  # an image that the caller names is taken as it is
  [ -z "${CLUSTERPANEL_LAB_IMAGE:-}" ] || [ ! -x "$IMAGE/sbin/init" ] || return 0
  [ "$(cat "$IMAGE/.lab-recipe" 2> /dev/null)" = "$(image_recipe)" ] && return 0
  # hosts that exist have their disks on this image: it stays until they are gone
  [ -e "$IMAGE/.lab-recipe" ] && [ -n "$(ls "$HOSTS" 2> /dev/null)" ]
}

# The Debian mirror that apt on this machine uses (not the one with security updates only)
image_mirror() {
  local mirror=${CLUSTERPANEL_LAB_MIRROR:-}
  [ -n "$mirror" ] || mirror=$(cat /etc/apt/sources.list.d/*.sources 2> /dev/null | grep -v '^#' | awk '
    BEGIN { RS = "" }
    /Components:[^\n]*main/ && !/Suites:[^\n]*-security/ {
      n = split($0, line, "\n")
      for (i = 1; i <= n; i++) if (line[i] ~ /^URIs:/) { split(line[i], uri, " "); print uri[2]; exit }
    }')
  [ -n "$mirror" ] || mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null | awk '
    /^deb / && !/security/ { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z+]+:/) { print $i; exit } }')
  [ -n "$mirror" ] || die "no Debian mirror in apt's sources; set CLUSTERPANEL_LAB_MIRROR"
  echo "$mirror"
}

image() {
  image_ready && { echo "image ready: $IMAGE"; return; }
  mkdir -p "$LAB_DIR"
  (
    flock 8 # two that come at once: the second one finds the image made
    image_ready || image_build
  ) 8> "$LAB_DIR/.image.lock"
}

image_build() {
  local root=$IMAGE.new log=$LAB_DIR/image.log began=$SECONDS mirror debootstrap
  mirror=$(image_mirror)
  debootstrap=$(deb_tool debootstrap debootstrap)
  echo "building the image (about 75 s) …"
  rm -rf --one-file-system "$root"
  # In a mount namespace of its own: what debootstrap mounts goes away with it, however it ends.
  DEBOOTSTRAP_DIR=${debootstrap%/sbin/debootstrap}/share/debootstrap \
    unshare --mount "$debootstrap" --variant=minbase --include="$(IFS=,; echo "${IMAGE_PACKAGES[*]}")" bookworm "$root" "$mirror" > "$log" 2>&1 8>&- ||
    { tail -20 "$log" >&2; die "debootstrap failed, see $log"; }
  image_settings "$root"
  image_recipe > "$root/.lab-recipe"
  rm -rf --one-file-system "$IMAGE"
  mv "$root" "$IMAGE"
  echo "image built in $((SECONDS - began)) s: $IMAGE ($(du -sm "$IMAGE" | cut -f1) MB)"
}

image_settings() { # ROOT
  local root=$1 unit
  local units=$root/etc/systemd/system
  for unit in "${IMAGE_MASKED_UNITS[@]}"; do ln -sfn /dev/null "$units/$unit"; done
  rm -f "$units"/*.wants/nftables.service

  # what every server has of its own is made at its first boot
  rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root/etc/hostname"
  : > "$root/etc/machine-id"
  : > "$root/etc/fstab"
  : > "$root/etc/apt/sources.list" # bare, and without a way out
  cat > "$units/lab-hostkeys.service" <<'UNIT'
[Unit]
Description=SSH host keys of this host
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
UNIT
  mkdir -p "$units/multi-user.target.wants"
  ln -sfn ../lab-hostkeys.service "$units/multi-user.target.wants/lab-hostkeys.service"

  # a test opens many sessions at once; sshd's own limits would turn some away
  mkdir -p "$root/etc/ssh/sshd_config.d" "$root/etc/systemd/system.conf.d" "$root/etc/systemd/journald.conf.d"
  printf '%s\n' 'PermitRootLogin yes' 'PasswordAuthentication yes' 'PubkeyAuthentication yes' 'UseDNS no' \
    'MaxStartups 100:30:200' 'MaxSessions 50' > "$root/etc/ssh/sshd_config.d/lab.conf"
  printf '%s\n' '[Manager]' 'DefaultTimeoutStopSec=20s' > "$root/etc/systemd/system.conf.d/lab.conf"
  printf '%s\n' '[Journal]' 'Storage=persistent' 'SystemMaxUse=64M' 'ForwardToConsole=no' > "$root/etc/systemd/journald.conf.d/lab.conf"

  echo root:klab | chroot "$root" chpasswd
  chroot "$root" useradd --create-home --shell /bin/bash --groups sudo ops
  echo ops:ops-pass | chroot "$root" chpasswd

  chroot "$root" apt-get clean
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/log/*.log "$root/var/log/apt"
}
