#!/bin/bash
# sops seals a file under a key of the service, and opens it again; aws opens the data key in it.
set -eu
fail() { echo "sops: $*" >&2; exit 1; }
printf 'password: swordfish\nuser: cook\n' > plain.yaml
sops encrypt --kms "$KEY" --encryption-context app:sops,env:test plain.yaml > sealed.yaml
! grep -q swordfish sealed.yaml || fail "the password is there"
sops decrypt sealed.yaml | cmp - plain.yaml
sed -n 's/^ *enc: \([A-Za-z0-9].*\)/\1/p' sealed.yaml | base64 -d > data-key
[ "$(aws kms decrypt --ciphertext-blob fileb://data-key --encryption-context app=sops,env=test \
    --query Plaintext --output text | base64 -d | wc -c)" = 32 ] || fail "the data key, by aws"
sops rotate -i sealed.yaml
sops decrypt sealed.yaml | cmp - plain.yaml
sed 's/app: sops/app: other/' sealed.yaml > altered.yaml
! sops decrypt altered.yaml > refusal 2>&1 || fail "another context opened"
grep -q InvalidCiphertextException refusal || fail "$(cat refusal)"
! sops encrypt --kms "${KEY%/*}/00000000-0000-0000-0000-000000000000" plain.yaml > none.yaml 2> refusal \
    || fail "sealed under a key that is not there"
grep -q NotFoundException refusal || fail "$(cat refusal)"
