#!/bin/bash
# The aws command, $AWS or that in PATH: aws-cli.sh session | seal FILE | open FILE…
set -eu
context=app=clients,purpose=ключ
fail() { echo "aws cli: $*" >&2; exit 1; }
# Debian's is older than AWS_ENDPOINT_URL.
kms() { "${AWS:-aws}" --endpoint-url "$AWS_ENDPOINT_URL" kms "$@" --output text; }
# refused NAME COMMAND…: the service refuses with this exception.
refused() {
    local name="$1" status=0
    shift
    "$@" > refused 2>&1 || status=$?
    # 255 of version 1, 254 of version 2.
    [ $status -ge 254 ] && grep -q "An error occurred ($name) when calling" refused || fail "$status, no $name: $(cat refused)"
}

seal() {
    printf 'sealed by a client' > plain
    kms encrypt --key-id "$KEY" --plaintext fileb://plain --encryption-context $context \
        --query CiphertextBlob | base64 -d > "$1"
}

open() {
    local file
    for file in "$@"; do
        [ "$(kms decrypt --ciphertext-blob "fileb://$file" --encryption-context $context --query Plaintext \
            | base64 -d)" = 'sealed by a client' ] || fail "$file is something else"
    done
}

session() {
    seal blob
    open blob
    refused InvalidCiphertextException kms decrypt --ciphertext-blob fileb://blob --encryption-context app=other
    read -r sealed plain < <(kms generate-data-key --key-id "$KEY" --key-spec AES_256 \
        --query '[CiphertextBlob,Plaintext]')
    base64 -d <<< "$sealed" > sealed
    [ "$(kms decrypt --ciphertext-blob fileb://sealed --query Plaintext)" = "$plain" ] || fail "the data key"
    signer="$(kms create-key --key-spec RSA_2048 --key-usage SIGN_VERIFY --query KeyMetadata.KeyId)"
    of=(--key-id "$signer" --message fileb://plain --signing-algorithm RSASSA_PSS_SHA_256)
    kms sign "${of[@]}" --query Signature | base64 -d > signature
    [ "$(kms verify "${of[@]}" --signature fileb://signature --query SignatureValid)" = True ] || fail "the signature"
    refused KMSInvalidSignatureException kms verify "${of[@]/%fileb:\/\/plain/fileb://blob}" \
        --signature fileb://signature
    [[ "$(kms list-keys --page-size 1 --query 'Keys[].KeyArn')" == *"$KEY"* ]] || fail "the keys, page by page"
    refused NotFoundException kms describe-key --key-id alias/there-is-none
}

"$@"
