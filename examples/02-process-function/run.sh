#!/usr/bin/env bash
# Deploys two commands of this machine as functions, calls them, and removes them.
#
#   npm start                              (in one terminal)
#   examples/02-process-function/run.sh    (in another)
set -euo pipefail
cd "$(dirname "$0")/../.."

gateway=${GATEWAY_URL:-http://127.0.0.1:8080}
password_file=${DATA_DIR:-.later}/basic-auth-password
if [ -z "${BASIC_AUTH_PASSWORD:-}" ] && [ ! -r "$password_file" ]; then
  echo "There is no $password_file: run npm start first, or set BASIC_AUTH_PASSWORD." >&2
  exit 1
fi
password=${BASIC_AUTH_PASSWORD:-$(cat "$password_file")}

# /system/* needs the user and password. curl reads them from a file, because `ps` would show them as arguments.
system() {
  curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' \
    --config <(printf 'user = "admin:%s"\n' "$password") "$gateway/system/functions" "$@"
}

# deploy NAME COMMAND: PUT changes an existing function and answers 404 for a new one; POST creates it.
deploy() {
  local body="{\"service\": \"$1\", \"image\": \"alpine:3\", \"envProcess\": \"$2\"}"
  system --request PUT --data "$body" >/dev/null 2>&1 || system --request POST --data "$body"
  echo "deployed $1: $2"
}

remove() {
  for name in count-lines most-used; do
    system --request DELETE --data "{\"functionName\": \"$name\"}" || true
  done
}
trap remove EXIT

deploy count-lines 'wc -l'
deploy most-used "awk -f $PWD/examples/02-process-function/most-used.awk"

printf '\ncount-lines: '
printf 'one\ntwo\nthree\n' | curl --silent --show-error --fail-with-body --data-binary @- "$gateway/function/count-lines"

echo 'most-used:'
curl --silent --show-error --fail-with-body --data 'To be, or not to be: that is the question' \
  "$gateway/function/most-used?most=2"
