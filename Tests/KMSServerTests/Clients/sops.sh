#!/bin/sh
# sops seals a file under a key of the service, and opens it again; rotate makes a new data key.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
printf 'password: swordfish\nuser: cook\n' > "$folder/plain.yaml"
sops encrypt --kms "$KEY" --encryption-context app:sops,env:test "$folder/plain.yaml" > "$folder/sealed.yaml"
! grep -q swordfish "$folder/sealed.yaml"
sops decrypt "$folder/sealed.yaml" | cmp - "$folder/plain.yaml"
sops rotate -i "$folder/sealed.yaml"
sops decrypt "$folder/sealed.yaml" | cmp - "$folder/plain.yaml"
sed 's/app: sops/app: other/' "$folder/sealed.yaml" > "$folder/altered.yaml"
if sops decrypt "$folder/altered.yaml" > /dev/null 2>&1; then echo "sops: another context opened" >&2; exit 1; fi
echo "sops: ok"
