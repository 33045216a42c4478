#!/bin/sh
# The AWS Encryption SDK's command line seals a file under a key of the service, and opens it again.
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
head -c 300000 /dev/urandom > "$folder/plain"
aws-encryption-cli --encrypt --input "$folder/plain" --output "$folder/sealed" --wrapping-keys key="$KEY" \
    --encryption-context purpose=test --suppress-metadata --commitment-policy require-encrypt-require-decrypt
aws-encryption-cli --decrypt --input "$folder/sealed" --output "$folder/opened" --wrapping-keys discovery=true \
    --encryption-context purpose=test --suppress-metadata
cmp "$folder/plain" "$folder/opened"
aws-encryption-cli --decrypt --input "$folder/sealed" --output "$folder/other" --wrapping-keys discovery=true \
    --encryption-context purpose=other --suppress-metadata > /dev/null 2>&1 || true
if [ -s "$folder/other" ]; then echo "encryption sdk: another context opened" >&2; exit 1; fi
echo "encryption sdk: ok"
