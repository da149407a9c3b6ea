# shellcheck shell=bash
# What a guest boots: QEMU and Debian's stock cloud kernel, or User Mode Linux, and a disk made from the hosts' image, each from apt packages.

GUESTS=$LAB_DIR/guests
GUEST_SWAP_MB=64

# Everything that a guest's disk is made of
guest_recipe() {
  { image_recipe; cat "$KEY.pub"; declare -p GUEST_SWAP_MB; declare -f guest_settings; } | cksum
}

guest_image() {
  image
  make_key
  guest_qemu > /dev/null
  guest_kernel > /dev/null
  guest_uml > /dev/null
  [ "$(cat "$GUESTS/disk.recipe" 2> /dev/null)" != "$(guest_recipe)" ] || { echo "guest image ready: $GUESTS/disk"; return; }
  local root=$GUESTS/root began=$SECONDS
  rm -rf --one-file-system "$root" "$GUESTS/disk.recipe"
  cp -a "$IMAGE" "$root"
  guest_settings "$root"
  make_disk "$root" "$GUESTS/disk" 4G
  rm -rf --one-file-system "$root"
  guest_recipe > "$GUESTS/disk.recipe"
  echo "guest image built in $((SECONDS - began)) s: $GUESTS/disk ($(du -sm "$GUESTS/disk" | cut -f1) MB)"
}

# Prints the path of QEMU, fetched with all its libraries when the machine has none
guest_qemu() {
  local deb
  command -v qemu-system-x86_64 && return
  if [ ! -x "$GUESTS/qemu/usr/bin/qemu-system-x86_64" ]; then
    mkdir -p "$GUESTS/qemu-deb/partial"
    apt-get -q -y -d --no-install-recommends -o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Dir::Cache::archives="$GUESTS/qemu-deb" \
      install qemu-system-x86 >&2
    for deb in "$GUESTS"/qemu-deb/*.deb; do dpkg -x "$deb" "$GUESTS/qemu"; done
    rm -rf "$GUESTS/qemu-deb"
  fi
  echo "$GUESTS/qemu/usr/bin/qemu-system-x86_64"
}

# Prints the directory of the unpacked kernel package (boot/, lib/modules/)
guest_kernel() {
  local package
  if ! ls "$GUESTS"/kernel/boot/vmlinuz-* > /dev/null 2>&1; then
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2 }')
    [ -n "$package" ] || die "apt knows no linux-image-cloud-amd64"
    apt_download "$GUESTS/kernel-deb" "$package"
    dpkg -x "$GUESTS/kernel-deb/${package}"_*.deb "$GUESTS/kernel"
    rm -rf "$GUESTS/kernel-deb"
  fi
  echo "$GUESTS/kernel"
}

# Prints the directory of the unpacked package of User Mode Linux (usr/bin/linux.uml, usr/lib/uml/modules/)
guest_uml() {
  if [ ! -x "$GUESTS/uml/usr/bin/linux.uml" ]; then
    apt_download "$GUESTS/uml-deb" user-mode-linux
    dpkg -x "$GUESTS"/uml-deb/user-mode-linux_*.deb "$GUESTS/uml"
    rm -rf "$GUESTS/uml-deb"
  fi
  # To reboot, it runs what it was called as, with all files open: then its cards are taken. So it is called as this.
  cat > "$GUESTS/uml/boot" <<'BOOT'
#!/bin/bash
for fd in /proc/self/fd/*; do
  case ${fd##*/} in 0 | 1 | 2 | 9 | 255) ;; *) eval "exec ${fd##*/}>&-" ;; esac
done
exec -a "$0" "${0%/*}/usr/bin/linux.uml" "$@"
BOOT
  chmod 755 "$GUESTS/uml/boot"
  echo "$GUESTS/uml"
}

make_disk() { # DIRECTORY FILE SIZE: an ext4 file system with what is in the directory
  local mke2fs
  mke2fs=$(deb_tool e2fsprogs mke2fs)
  rm -f "$2.new"
  truncate -s "$3" "$2.new"
  "$mke2fs" -q -F -t ext4 -m 0 -E lazy_itable_init=1 -d "$1" "$2.new"
  mv "$2.new" "$2"
}

guest_settings() { # ROOT
  local root=$1 kernel uml modules
  local units=$root/etc/systemd/system
  kernel=$(guest_kernel)
  uml=$(guest_uml)
  cp -a "$kernel"/lib/modules "$root/lib/"
  cp -a "$uml"/usr/lib/uml/modules/* "$root/lib/modules/"
  cp "$kernel"/boot/config-* "$root/boot/" # kubeadm's preflight reads it
  for modules in "$root"/lib/modules/*; do chroot "$root" depmod "${modules##*/}"; done

  # What an owner has set up before the panel comes: swap, other lines in fstab, settings of their own
  # filled with something, because a swap file must not have holes
  head -c "${GUEST_SWAP_MB}M" /dev/zero | tr '\0' '\377' > "$root/swapfile"
  chmod 600 "$root/swapfile"
  chroot "$root" mkswap -q /swapfile
  mkdir -p "$root/srv/scratch"
  cat > "$root/etc/fstab" <<'FSTAB'
# made by hand
/swapfile   none           swap    sw                0  0

tmpfs       /srv/scratch   tmpfs   size=16m,nodev    0  0
FSTAB
  printf '%s\n' '# our own' 'net.ipv4.ip_forward = 0' 'vm.swappiness = 10' > "$root/etc/sysctl.d/90-own.conf"

  mkdir -p "$root/root/.ssh" "$root/home/ops/.ssh"
  tee "$root/root/.ssh/authorized_keys" < "$KEY.pub" > "$root/home/ops/.ssh/authorized_keys"
  chmod 700 "$root/root/.ssh" "$root/home/ops/.ssh"
  chown -R --reference="$root/home/ops" "$root/home/ops/.ssh"

  # under emulation an RSA key takes 18 s to make
  mkdir -p "$units/lab-hostkeys.service.d"
  printf '%s\n' '[Service]' 'ExecStart=' 'ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key' \
    > "$units/lab-hostkeys.service.d/quick.conf"

  # The same disk for every guest: name and address come with the kernel's command line.
  cat > "$root/usr/local/sbin/lab-net" <<'SCRIPT'
#!/bin/sh -e
for word in $(cat /proc/cmdline); do
  case $word in lab.name=*) name=${word#*=} ;; lab.ip=*) ip=${word#*=} ;; lab.gateway=*) gateway=${word#*=} ;; esac
done
if [ ! -e /etc/hostname ]; then
  echo "$name" > /etc/hostname
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n%s %s\n' "${ip%/*}" "$name" > /etc/hosts
  echo "nameserver $gateway" > /etc/resolv.conf
fi
cat /etc/hostname > /proc/sys/kernel/hostname
if [ -e /sys/class/net/vec0 ]; then # User Mode Linux
  for link in /sys/class/net/vec*; do ip link set "${link##*/}" name "eth${link##*vec}"; done
else
  modprobe -a virtio_pci virtio_net # there is no udev
fi
ip link set lo up
ip address replace "$ip" dev eth0
ip link set eth0 up
ip route replace default via "$gateway"
SCRIPT
  chmod 755 "$root/usr/local/sbin/lab-net"
  cat > "$units/lab-net.service" <<'UNIT'
[Unit]
Description=Name and address of this guest
DefaultDependencies=no
Before=network-pre.target network.target ssh.service
Wants=network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-net
[Install]
WantedBy=sysinit.target
UNIT
  mkdir -p "$units/sysinit.target.wants"
  ln -sfn ../lab-net.service "$units/sysinit.target.wants/lab-net.service"
}
