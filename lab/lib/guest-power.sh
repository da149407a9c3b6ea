# shellcheck shell=bash
# Switching guests on and off. QEMU itself holds the lock of its guest while it runs.

known_guest() { [[ ${1:-} =~ ^g[1-9]$ ]] || die "a guest's name is g1 to g9, not '${1:-}'"; }
all_guests() { find "$GUESTS" -mindepth 1 -maxdepth 1 -name 'g[1-9]' -printf '%f\n' 2> /dev/null | sort; }
guest_runs() { [ -e "$GUESTS/$1/lock" ] && ! flock -n "$GUESTS/$1/lock" true; }

guest_ssh() { # GUEST [COMMAND…]
  local guest=$1
  shift
  ssh -o ConnectTimeout=30 "${SSH_OPTIONS[@]}" -o BatchMode=yes -i "$KEY" "root@$(addr "$guest")" "$@"
}
guest_boot_id() { guest_ssh "$1" cat /proc/sys/kernel/random/boot_id 2> /dev/null; }
guest_booted_since() { # GUEST BOOT-ID
  local now
  ssh_answers "$(addr "$1")" && now=$(guest_boot_id "$1") && [ -n "$now" ] && [ "$now" != "$2" ]
}

guest_up() { # GUEST [--mem M] [--cpus N] [--disk FILE]
  local guest=$1 home=$GUESTS/$1 tap=$ID-$1 memory=512M cpus=2 extra=() qemu
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --mem) memory=${2:?} ;;
      --cpus) cpus=${2:?} ;;
      --disk) extra=(-drive "file=${2:?},format=raw,if=none,id=extra,file.locking=off" -device "nvme,drive=extra,serial=extra") ;;
      *) die "up: unknown option $1" ;;
    esac
    shift 2
  done
  guest_image
  bridge_up
  mkdir -p "$home"
  exec 9> "$home/lock"
  flock -n 9 || { exec 9>&-; echo "$guest already runs"; return; }
  [ -e "$home/disk" ] || cp --sparse=always "$GUESTS/disk" "$home/disk"
  ip link show "$tap" > /dev/null 2>&1 || ip tuntap add "$tap" mode tap
  ip link set "$tap" master "$ID" up
  qemu=$(guest_qemu)
  # Disk and network by what the kernel has built in (NVMe) or the image loads (virtio): there is no initramfs.
  LD_LIBRARY_PATH=$GUESTS/qemu/usr/lib/x86_64-linux-gnu:$GUESTS/qemu/lib/x86_64-linux-gnu \
    setsid "$qemu" -L "$GUESTS/qemu/usr/share/qemu" -L "$GUESTS/qemu/usr/share/seabios" \
    -machine q35 -accel "${CLUSTERPANEL_LAB_ACCEL:-tcg}" -cpu max -smp "$cpus" -m "$memory" \
    -nodefaults -no-user-config -display none -serial stdio \
    -kernel "$(guest_kernel)"/boot/vmlinuz-* \
    -append "root=/dev/nvme0n1 rw console=ttyS0 quiet mitigations=off net.ifnames=0 lab.name=$guest lab.ip=$(addr "$guest")/24 lab.gateway=$(net).1" \
    -drive "file=$home/disk,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=lab \
    -netdev "tap,id=net,ifname=$tap,script=no,downscript=no" \
    -device "virtio-net-pci,netdev=net,mac=$(mac 2 "${guest#g}"),romfile=" \
    "${extra[@]}" >> "$home/console.log" 2>&1 < /dev/null &
  echo $! > "$home/pid"
  exec 9>&-
}

guest_wait() { # GUEST
  local guest=$1 began=$SECONDS
  until_true "$PATIENCE" guest_answers_or_ended "$guest" || true
  { guest_runs "$guest" && guest_ssh "$guest" true; } || { tail -20 "$GUESTS/$guest/console.log" >&2; die "no SSH on $guest"; }
  echo "$guest $(addr "$guest") up, after $((SECONDS - began)) s of waiting"
}
guest_answers_or_ended() { ssh_answers "$(addr "$1")" || ! guest_runs "$1"; }

guest_reboot() { # GUEST
  local guest=$1 before began=$SECONDS
  before=$(guest_boot_id "$guest") || die "$guest does not answer"
  guest_ssh "$guest" systemctl reboot > /dev/null 2>&1 || true
  until_true "$PATIENCE" guest_booted_since "$guest" "$before" || { tail -20 "$GUESTS/$guest/console.log" >&2; die "$guest did not come back"; }
  echo "$guest $(addr "$guest") rebooted in $((SECONDS - began)) s"
}

guest_down() { # GUEST: its disk stays
  local guest=$1
  if guest_runs "$guest"; then
    ! ssh_answers "$(addr "$guest")" || timeout 20 "$SELF" ssh "$guest" systemctl poweroff > /dev/null 2>&1 || true
    until_true 30 not guest_runs "$guest" || { echo "$guest did not shut down: power cut" >&2; guest_kill "$guest"; }
  fi
  ip link del "$ID-$guest" 2> /dev/null || true
  bridge_down
}
guest_kill() {
  ! guest_runs "$1" || kill -KILL "$(cat "$GUESTS/$1/pid")" 2> /dev/null || true
  until_true 10 not guest_runs "$1" || die "$1 cannot be stopped"
}

guest_wipe() { # GUEST
  guest_kill "$1"
  ip link del "$ID-$1" 2> /dev/null || true
  rm -rf "${GUESTS:?}/$1"
  bridge_down
}

guest_status() {
  local guest
  for guest in $(all_guests); do
    if guest_runs "$guest"; then echo "$guest $(addr "$guest") running pid=$(cat "$GUESTS/$guest/pid")"; else echo "$guest $(addr "$guest") stopped"; fi
  done
}
