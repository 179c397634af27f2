#!/bin/sh
# Runs tests of package kernel on a processor with AVX-512 that Bochs emulates, for machines that have none. It takes some
# minutes. Needs the Debian packages bochs, bochs-term, bochsbios, vgabios, grub-pc-bin, mtools, xorriso and cpio, and a
# Linux kernel with a serial console (linux-image-cloud-amd64 will do; it need not be installed).
#
# usage: gen/emulate.sh /path/to/vmlinuz [test flags]
set -e
vmlinuz=$1
shift
# GRUB has a use of its own for a bar.
flags=$(echo "${*:--test.v -test.short -test.run=Products|Guard|Edges|Rows}" | sed 's/|/\\|/g')
dir=$(mktemp -d)
trap 'test -f "$dir/pid" && kill $(cat "$dir/pid") 2>/dev/null; rm -rf "$dir"' EXIT
mkdir -p "$dir/iso/boot/grub" "$dir/root"

# The test binary is the first and only process.
(cd "$(dirname "$0")/.." && CGO_ENABLED=0 go test -c -o "$dir/root/init" .)
(cd "$dir/root" && echo init | cpio -o -H newc --quiet | gzip -1 >"$dir/iso/boot/initrd.gz")
cp "$vmlinuz" "$dir/iso/boot/vmlinuz"
# Bochs 2.7 states a size of the compacted XSAVE area that Linux does not believe; without the feature all is well.
cat >"$dir/iso/boot/grub/grub.cfg" <<GRUB
set timeout=0
menuentry test {
	linux /boot/vmlinuz quiet console=ttyS0,115200 mitigations=off noxsaves clearcpuid=xsavec,xsaves nokaslr tsc=reliable rdinit=/init -- $flags
	initrd /boot/initrd.gz
}
GRUB
grub-mkrescue -o "$dir/iso.iso" "$dir/iso" >/dev/null 2>&1
cat >"$dir/bochsrc" <<BOCHS
cpu: model=corei7_skylake_x, count=1, ips=100000000, ignore_bad_msrs=1
megs: 512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path=$dir/iso.iso, status=inserted
boot: cdrom
display_library: term
com1: enabled=1, mode=file, dev=$dir/serial
log: $dir/log
BOCHS
echo c >"$dir/rc"
touch "$dir/serial"
(cd "$dir" && TERM=xterm exec setsid script -qfc "echo \$\$ >pid; exec bochs -q -f bochsrc -rc rc" /dev/null >/dev/null 2>&1 </dev/null) &
until grep -q 'Kernel panic' "$dir/serial"; do # the end of the first process
	sleep 2
done
sed '/Kernel panic/,$d' "$dir/serial"
grep -q 'exitcode=0x00000000' "$dir/serial"
