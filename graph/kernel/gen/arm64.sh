#!/usr/bin/env bash
# Tests the kernels of arm64 on a processor that qemu emulates (Debian's qemu-user): NEON against the definitions and the portable
# set, the golden digests of weights, and a small training, which ends in the same weights as on this machine. It takes half a minute.
#
# usage: gen/arm64.sh /path/to/glorot-of-arm64
set -euo pipefail
glorot=$(realpath "$1")
cd "$(dirname "$0")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

echo "arm64: kernels"
GOARCH=arm64 go test -exec qemu-aarch64 ./graph/kernel -short -run '^Test/^(neon-[12])?$'
echo "arm64: digests"
GOARCH=arm64 go test -exec qemu-aarch64 ./experiments/train -short -run '^TestSameBits$/^neon$'
echo "arm64: a training"
train=(train --set "model.hidden=[8, 6]" --set train.updates=40 --set observe.every=10 --set observe.examples=20)
qemu-aarch64 "$glorot" "${train[@]}" --out "$dir/arm64" >"$dir/arm64.txt"
go run ./cmd/glorot "${train[@]}" --out "$dir/here" >"$dir/here.txt"
cmp "$dir/arm64/weights.safetensors" "$dir/here/weights.safetensors"
