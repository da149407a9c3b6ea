# shellcheck shell=bash
# Switching guests on and off. QEMU (or User Mode Linux) itself holds the lock of its guest while it runs.

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

guest_up() { # GUEST [--uml] [--mem M] [--cpus N] [--disk FILE] [--cards N]
  local guest=$1 home=$GUESTS/$1 memory=512M cpus=2 disk='' cards=1 kind=qemu card
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --uml) kind=uml; shift; continue ;;
      --mem) memory=${2:?} ;;
      --cpus) cpus=${2:?} ;;
      --disk) disk=${2:?} ;;
      --cards) cards=${2:?} ;;
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
  for ((card = 0; card < cards; card++)); do
    ip link show "$(guest_tap "$guest" $card)" > /dev/null 2>&1 || ip tuntap add "$(guest_tap "$guest" $card)" mode tap
    ip link set "$(guest_tap "$guest" $card)" master "$ID" up
  done
  { cgroup_enter_guest "$guest"; "guest_start_$kind"; } >> "$home/console.log" 2>&1 < /dev/null &
  echo $! > "$home/pid"
  exec 9>&-
}
guest_tap() { echo "$ID-$1c$2"; } # GUEST CARD
guest_mac() { mac $((2 + 16 * $2)) "${1#g}"; } # GUEST CARD
guest_words() { echo "lab.name=$1 lab.ip=$(addr "$1")/24 lab.gateway=$(net).1"; } # for the kernel's command line

# The variables of guest_up. Disk and network by what the kernel has built in (NVMe) or the image loads (virtio): there is no initramfs.
# The kernel does not look whether its timer interrupt works: on a busy machine an emulated one may be late, and it would not boot.
guest_start_qemu() {
  local qemu more=() card
  qemu=$(guest_qemu)
  [ -z "$disk" ] || more+=(-drive "file=$disk,format=raw,if=none,id=extra,file.locking=off" -device "nvme,drive=extra,serial=extra")
  for ((card = 0; card < cards; card++)); do
    more+=(-netdev "tap,id=net$card,ifname=$(guest_tap "$guest" $card),script=no,downscript=no"
      -device "virtio-net-pci,netdev=net$card,mac=$(guest_mac "$guest" $card),romfile=")
  done
  LD_LIBRARY_PATH=$GUESTS/qemu/usr/lib/x86_64-linux-gnu:$GUESTS/qemu/lib/x86_64-linux-gnu \
    exec setsid "$qemu" -L "$GUESTS/qemu/usr/share/qemu" -L "$GUESTS/qemu/usr/share/seabios" \
    -machine q35 -accel "${CLUSTERPANEL_LAB_ACCEL:-tcg}" -cpu max -smp "$cpus" -m "$memory" \
    -nodefaults -no-user-config -display none -serial stdio \
    -kernel "$(guest_kernel)"/boot/vmlinuz-* \
    -append "root=/dev/nvme0n1 rw console=ttyS0 quiet no_timer_check mitigations=off net.ifnames=0 $(guest_words "$guest")" \
    -drive "file=$home/disk,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=lab "${more[@]}"
}

# One CPU, no second disk, and no cpuset (so no kubelet but the stand-in's); but programs compute at this machine's speed.
guest_start_uml() {
  local cables=() card
  for ((card = 0; card < cards; card++)); do
    cables+=("vec$card:transport=tap,ifname=$(guest_tap "$guest" $card),mac=$(guest_mac "$guest" $card),depth=128,gro=1")
  done
  # shellcheck disable=SC2046 # words
  TMPDIR=$FAST exec setsid "$(guest_uml)/boot" umid="$ID-$guest" uml_dir="$home" mem="$memory" ubd0="$home/disk" \
    root=/dev/ubda rw con=null con0=null,fd:1 con1=null quiet $(guest_words "$guest") "${cables[@]}"
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
  guest_unplug "$guest"
  bridge_down
}
guest_unplug() {
  local tap
  cgroup_leave_guest "$1"
  for tap in /sys/class/net/"$ID-$1"c*; do ! [ -e "$tap" ] || ip link del "${tap##*/}" 2> /dev/null || true; done
}
guest_kill() {
  # User Mode Linux is several processes
  ! guest_runs "$1" || kill -KILL -- "-$(cat "$GUESTS/$1/pid")" 2> /dev/null || true
  until_true 10 not guest_runs "$1" || die "$1 cannot be stopped"
}

guest_wipe() { # GUEST
  guest_kill "$1"
  guest_unplug "$1"
  rm -rf "${GUESTS:?}/$1"
  bridge_down
}

guest_status() {
  local guest
  for guest in $(all_guests); do
    if guest_runs "$guest"; then echo "$guest $(addr "$guest") running pid=$(cat "$GUESTS/$guest/pid")"; else echo "$guest $(addr "$guest") stopped"; fi
  done
}
