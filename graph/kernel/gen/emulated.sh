#!/usr/bin/env bash
# Tests the kernels of another architecture on a processor that qemu emulates (Debian's qemu-user): a kernel set against the definitions,
# the golden digests of weights, and a small training, which ends in the same weights as on this machine. For arm64 it takes half a minute.
#
# usage: gen/emulated.sh ARCHITECTURE KERNELS /path/to/glorot-of-it
# ARCHITECTURE is GOARCH: arm64 with the kernels neon; or riscv64, ppc64le, or s390x, whose numbers begin with their last byte, with the
# kernels portable, for which the compiler fuses.
set -euo pipefail
arch=$1 kernels=$2 glorot=$(realpath "$3")
case $arch in
arm64) qemu=qemu-aarch64 ;;
loong64) qemu=qemu-loongarch64 ;;
*) qemu=qemu-$arch ;;
esac
cd "$(dirname "$0")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

echo "$arch: kernels"
GOARCH=$arch go test -exec "$qemu" ./graph/kernel -short -run "^Test/^($kernels-[12])?\$"
echo "$arch: digests"
GOARCH=$arch go test -exec "$qemu" ./experiments/train -short -run "^TestSameBits\$/^$kernels\$"
echo "$arch: a training"
train=(train --set "model.hidden=[8, 6]" --set train.updates=40 --set observe.every=10 --set observe.examples=20)
GLOROT_KERNELS=$kernels "$qemu" "$glorot" "${train[@]}" --out "$dir/there" >"$dir/there.txt"
go run ./cmd/glorot "${train[@]}" --out "$dir/here" >"$dir/here.txt"
cmp "$dir/there/weights.safetensors" "$dir/here/weights.safetensors"
