#!/usr/bin/env bash
# Builds the clients of Tests/Clients in release mode, runs them, and checks what they print and link.
# Times to stop are printed, not judged.
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

# It links no Foundation; the service, whose reports need one, shows that this would be seen.
if command -v ldd >/dev/null; then
  ldd "$service" | grep -q Foundation || fail "ldd does not show the service's Foundation"
  ! ldd "$app" | grep Foundation || fail "AppClient links Foundation"
fi

# The service answers alike alone and beside another, and ends long requests without an answer.
printed=$("$service")
echo "$printed" | grep "after"
grep -q "^two at once give the same bytes: true$" <<<"$printed" || fail "answers differ side by side"
grep -q '"suggestion" : "did you mean .objective.?"' <<<"$printed" || fail "no suggestion in JSON"
[ "$(grep -c "cancelled after .*: cancelled, ended in" <<<"$printed")" = 3 ] || fail "not cancelled"
[ "$(grep -c "deadline after .*: asked, ended in" <<<"$printed")" = 3 ] || fail "no deadline"
