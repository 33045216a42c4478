#!/bin/bash
# with-postgres.sh COMMAND: runs COMMAND with a PostgreSQL of its own, which has an empty database
# `shop` and is reached by psql and pg_dump without further arguments; ends it afterwards.
set -euo pipefail
folder="$(mktemp -d)"
bin="$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin | tail -n 1)"
# The server refuses to run as root.
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
    as() { setpriv --reuid postgres --regid postgres --clear-groups env HOME="$folder" "$@"; }
fi
end() {
    (cd "$folder" && as "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop) || true
    rm -rf "$folder"
}
trap end EXIT
(
    cd "$folder"
    as "$bin/initdb" -D data -U shop -A trust --no-sync -E UTF8 --locale C
    as "$bin/pg_ctl" -D data -s -w -l log -o "-k $folder -c listen_addresses='' -c fsync=off" start
) > "$folder/out" 2>&1 || { cat "$folder/out" >&2; exit 1; }
export PGHOST="$folder" PGUSER=shop PGDATABASE=shop PATH="$bin:$PATH"
createdb shop
bash -c "$1"
