#!/bin/sh
# The example that Coffer began with, and one failure.
set -eu
aws="aws --endpoint-url $AWS_ENDPOINT_URL kms"
blob="$($aws encrypt --key-id "$KEY" --plaintext aGVsbG8= --query CiphertextBlob --output text)"
printf '%s' "$blob" | base64 -d > "${TMPDIR:-/tmp}/aws-cli.$$"
trap 'rm -f "${TMPDIR:-/tmp}/aws-cli.$$"' EXIT
[ "$($aws decrypt --ciphertext-blob "fileb://${TMPDIR:-/tmp}/aws-cli.$$" --query Plaintext --output text)" = aGVsbG8= ]
$aws list-keys --query 'Keys[].KeyArn' --output text | grep -q "$KEY"
if $aws decrypt --ciphertext-blob "fileb://${TMPDIR:-/tmp}/aws-cli.$$" --encryption-context a=b 2> /dev/null; then
    echo "aws cli: another context opened" >&2; exit 1
fi
echo "aws cli: ok"
