#!/usr/bin/env bash
# Times sipscope on generated captures of several sizes, and tshark and sngrep on the smaller ones, in one run; prints the README's table.
#
#   benches/compare.sh [SIZE...]      default: 100m 1g 10g
#
# Every capture is SIP only: calls of 22 messages of about 1 KB over three hops. Of one more, as large as the second size, a packet in a
# hundred is SIP. Needs GNU time; tshark and sngrep are compared with where they are installed. The captures go, one at a time, to a
# temporary directory (TMPDIR), which is removed again.
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(100m 1g 10g)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --release --quiet --locked --bin sipscope --example generate
generate=target/release/examples/generate
sipscope=target/release/sipscope

# Prints the median of N runs: seconds by the clock, of the processor, and peak resident KiB.
measure() { # runs command...
  local runs=$1 n
  shift
  for ((n = 0; n < runs; n++)); do
    command time -f '%e %U %S %M' -o "$scratch/time" -a "$@" >/dev/null 2>"$scratch/errors"
  done
  sort -n "$scratch/time" | sed -n "$(((runs + 1) / 2))p"
  rm "$scratch/time"
}

row() { # capture name-of-command runs command...
  local capture=$1 name=$2 runs=$3 size seconds user system memory
  shift 3
  size=$(stat -c %s "$scratch/F")
  read -r seconds user system memory < <(measure "$runs" "$@")
  awk -v c="$capture" -v n="$name" -v s="$seconds" -v p="$user" -v q="$system" -v m="$memory" -v b="$size" \
    'BEGIN { if (s == 0) s = 0.01; printf "| %s | `%s` | %.2f s | %.2f s | %.0f MB/s | %.0f MiB |\n", c, n, s, p + q, b / s / 1e6, m / 1024 }'
}

own() { # capture runs
  row "$1" "sipscope summary F" "$2" "$sipscope" summary -q "$scratch/F"
  row "$1" "sipscope calls F" "$2" "$sipscope" calls -q "$scratch/F"
  row "$1" "sipscope audit --summary F" "$2" "$sipscope" audit -q --summary --fail-on never "$scratch/F"
}

peers() { # capture
  if command -v sngrep >/dev/null; then
    row "$1" "sngrep -N -q -l 1000000 -I F -O out.pcap" 1 \
      sngrep -N -q -l 1000000 -I "$scratch/F" -O "$scratch/out.pcap"
    rm -f "$scratch/out.pcap"
  fi
  if command -v tshark >/dev/null; then
    row "$1" "tshark -r F -Y sip -T fields -e sip.Call-ID" 1 \
      tshark -r "$scratch/F" -Y sip -T fields -e sip.Call-ID
  fi
}

echo "| capture | command | time | processor | rate | peak memory |"
echo "|---|---|---|---|---|---|"
number=0
for size in "${sizes[@]}"; do
  "$generate" --bytes "$size" --message-size 1000 --seed 3 -o "$scratch/F"
  cat "$scratch/F" >/dev/null
  number=$((number + 1))
  # The third is larger than what the page cache may hold, and takes minutes.
  case $number in
    1) own "$size, SIP only" 5 && peers "$size, SIP only" ;;
    2) own "$size, SIP only" 3 && peers "$size, SIP only" ;;
    *) own "$size, SIP only" 1 ;;
  esac
done
"$generate" --bytes "${sizes[1]:-${sizes[0]}}" --other 0.99 --seed 3 -o "$scratch/F"
cat "$scratch/F" >/dev/null
own "${sizes[1]:-${sizes[0]}}, one in a hundred is SIP" 3
