#!/usr/bin/env bash
# Tries dashctl on a real account: a dashboard under a random name is made, changed and looked at, and is taken away again
# whatever happens in between. Accounts without dashboards are only read. Nothing is opened to anybody.
#
#   npm run test:acceptance -- PROFILE
set -euo pipefail
profile=${1:?Name a profile: npm run test:acceptance -- PROFILE}
cd "$(dirname "$0")/../.."

dashctl() { node bin/dashctl.js "$@"; }
say() { printf 'ok  %s\n' "$1"; }
fail() {
  printf 'NOT %s\n' "$1" >&2
  exit 1
}

provider=$(dashctl profile show "$profile" --jq '.[] | select(.key == "provider").value')
dashctl profile test "$profile" > /dev/null
say "$provider knows who we are"

case $provider in
  gtmhub)
    [ "$(dashctl perms actions -p "$profile" --jq length)" -gt 0 ] || fail 'actions are listed'
    say 'actions are listed'
    exit
    ;;
  syntho)
    dashctl workspace list -p "$profile" --jq '.[0].workspace' > /dev/null
    say 'workspaces are listed'
    exit
    ;;
esac

title="dashctl acceptance $(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"
made=''
take_away() {
  [ -z "$made" ] && return
  dashctl dashboards delete "$made" --yes > /dev/null 2>&1 ||
    printf 'Delete it by hand: %s ("%s")\n' "$made" "$title" >&2
}
trap take_away EXIT

made=$(dashctl dashboards create -p "$profile" --title "$title" --yes --fields ref -o tsv)
say "made $made"

[ "$(dashctl dashboards get "$made" --jq .title)" = "$title" ] || fail 'it has its title'
say 'it has its title'

[ "$(dashctl dashboards list -p "$profile" --search "$title" --jq length)" = 1 ] || fail 'it is in the list once'
say 'it is in the list once'

dashctl acl list "$made" --json > /dev/null
say 'who may see it is told'

dashctl dashboards update "$made" --title "$title, renamed" --yes > /dev/null 2>&1
[ "$(dashctl dashboards get "$made" --jq .title)" = "$title, renamed" ] || fail 'it was renamed'
say 'it was renamed'

dashctl undo --yes > /dev/null 2>&1
[ "$(dashctl dashboards get "$made" --jq .title)" = "$title" ] || fail 'its title came back'
say 'its title came back'

dashctl dashboards delete "$made" --yes > /dev/null 2>&1
gone=$made
made=''
code=0
dashctl dashboards get "$gone" > /dev/null 2>&1 || code=$?
[ "$code" -eq 6 ] || fail "it is gone (exit $code)"
say 'it is gone'
