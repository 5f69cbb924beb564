#!/usr/bin/env bash
# Times `sipscope summary` and `sipscope audit` against tshark and sngrep on generated captures, in one run, and prints the README's table.
#
#   benches/compare.sh [BYTES_OF_DENSE] [BYTES_OF_SPARSE]      default: 1250m 1g
#
# Needs tshark, sngrep and GNU time; captures go to a temporary directory (about 2.5 GB) that is removed again.
set -euo pipefail
cd "$(dirname "$0")/.."

dense_bytes=${1:-1250m}
sparse_bytes=${2:-1g}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --release --quiet --locked --bin sipscope --example generate
generate=target/release/examples/generate
sipscope=target/release/sipscope
"$generate" --bytes "$dense_bytes" -o "$scratch/dense.pcap"
"$generate" --bytes "$sparse_bytes" --other 0.99 -o "$scratch/sparse.pcap"

# Prints the median of N runs: seconds and peak resident KiB.
measure() { # runs command...
  local runs=$1 n
  shift
  for ((n = 0; n < runs; n++)); do
    command time -f '%e %M' -o "$scratch/time" -a "$@" >/dev/null 2>"$scratch/errors"
  done
  sort -n "$scratch/time" | sed -n "$(((runs + 1) / 2))p"
  rm "$scratch/time"
}

row() { # file name-of-command runs command...
  local file=$1 name=$2 runs=$3 size seconds memory
  shift 3
  size=$(stat -c %s "$file")
  read -r seconds memory < <(measure "$runs" "$@")
  [ "$name" = "sipscope summary" ] && own=$seconds
  awk -v f="$(basename "$file")" -v n="$name" -v s="$seconds" -v m="$memory" -v b="$size" -v own="$own" \
    'BEGIN { printf "| %s | `%s` | %.2f s | %.2f GB/s | %.0f MiB | %.0f |\n", f, n, s, b / s / 1e9, m / 1024, s / own }'
}

echo "| capture | command | time | rate | peak memory | times as long as \`sipscope summary\` |"
echo "|---|---|---|---|---|---|"
for kind in dense sparse; do
  file=$scratch/$kind.pcap
  cat "$file" >/dev/null
  row "$file" "sipscope summary" 7 "$sipscope" summary "$file"
  row "$file" "sipscope summary --threads 1" 5 "$sipscope" summary --threads 1 "$file"
  [ "$kind" = dense ] && row "$file" "sipscope audit --summary" 3 "$sipscope" audit --summary --fail-on never "$file"
  # The peers take minutes: they are compared where all is SIP.
  [ "$kind" = dense ] || continue
  if command -v sngrep >/dev/null; then
    row "$file" "sngrep -N -q -l 1000000 -I F -O out.pcap" 1 \
      sngrep -N -q -l 1000000 -I "$file" -O "$scratch/out.pcap"
  fi
  if command -v tshark >/dev/null; then
    row "$file" "tshark -r F -Y sip -T fields -e sip.Call-ID" 1 \
      tshark -r "$file" -Y sip -T fields -e sip.Call-ID
  fi
done
