#!/usr/bin/env bash
# Builds the clients of Tests/Clients in release mode, runs them, and checks what they print and link.
# Times to stop are printed, and judged by a bound that a busy machine keeps, far above the 50 ms that they take.
set -euo pipefail
cd "$(dirname "$0")/../Tests/Clients"

swift=${SWIFT:-swift}

fail() {
  echo "clients: $*" >&2
  exit 1
}

for client in AppClient ServiceClient; do
  "$swift" build -c release --package-path "$client" >&2
done
app=AppClient/.build/release/AppClient
service=ServiceClient/.build/release/ServiceClient

# The app prints what is recorded.
"$app" | diff AppClient/expected.txt - || fail "AppClient prints something else than AppClient/expected.txt"

# Neither links Foundation; the standard library shows that it would be seen.
if command -v ldd >/dev/null; then
  for client in "$app" "$service"; do
    linked=$(ldd "$client")
    grep -q libswiftCore <<<"$linked" || fail "ldd does not show what $client links"
    ! grep Foundation <<<"$linked" || fail "$client links Foundation"
  done
fi

# The service answers alike alone and beside another, and ends long requests without an answer.
printed=$("$service")
echo "$printed" | grep -E "after|moments"
grep -q "^two at once give the same bytes: true$" <<<"$printed" || fail "answers differ side by side"
grep -q '"suggestion" : "did you mean .objective.?"' <<<"$printed" || fail "no suggestion in JSON"
[ "$(grep -c "cancelled after .*: cancelled, ended in" <<<"$printed")" = 3 ] || fail "not cancelled"
[ "$(grep -c "deadline after .*: asked, ended in" <<<"$printed")" = 3 ] || fail "no deadline"
[ "$(grep -c "; stopped at .* moments, ended within" <<<"$printed")" = 8 ] || fail "a long request is missing"
grep -oE "ended (in|within) [0-9.]+ ms" <<<"$printed" | awk '$3 > 1000 { exit 1 }' || fail "stopped a second late"
