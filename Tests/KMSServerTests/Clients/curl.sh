#!/bin/bash
# curl signs by itself, with another SigV4 than the SDKs': curl.sh session | seal FILE | open FILE…
set -eu
context='{"app":"clients","purpose":"ключ"}'
mine="$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
fail() { echo "curl: $*" >&2; exit 1; }

call() { # OPERATION BODY [USER]: the answer, and on a line of its own the status
    curl --silent --show-error --write-out '\n%{http_code}\n' --aws-sigv4 "aws:amz:$AWS_REGION:kms" \
        --config <(printf 'user = "%s"' "${3:-$mine}") --header "X-Amz-Target: TrentService.$1" \
        --header 'Content-Type: application/x-amz-json-1.1' --data "$2" "$AWS_ENDPOINT_URL/"
}

member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

refused() { # NAME STATUS OPERATION BODY [USER]
    local answer
    answer="$(call "${@:3}")"
    [ "$(member __type <<< "$answer")" = "$1" ] && [ "$(tail -n 1 <<< "$answer")" = "$2" ] || fail "no $1: $answer"
}

seal() {
    local plain
    plain="$(printf 'sealed by a client' | base64)"
    call Encrypt "{\"KeyId\":\"$KEY\",\"Plaintext\":\"$plain\",\"EncryptionContext\":$context}" \
        | member CiphertextBlob | base64 -d > "$1"
}

open() {
    local file
    for file in "$@"; do
        [ "$(call Decrypt "{\"CiphertextBlob\":\"$(base64 -w 0 "$file")\",\"EncryptionContext\":$context}" \
            | member Plaintext | base64 -d)" = 'sealed by a client' ] || fail "$file is something else"
    done
}

session() {
    local answer signer of
    seal blob
    open blob
    refused InvalidCiphertextException 400 Decrypt "{\"CiphertextBlob\":\"$(base64 -w 0 blob)\"}"
    answer="$(call GenerateDataKey "{\"KeyId\":\"$KEY\",\"KeySpec\":\"AES_128\"}")"
    call Decrypt "{\"CiphertextBlob\":\"$(member CiphertextBlob <<< "$answer")\"}" \
        | grep -qF "\"Plaintext\":\"$(member Plaintext <<< "$answer")\"" || fail "the data key"
    signer="$(call CreateKey '{"KeySpec":"ECC_NIST_EDWARDS25519","KeyUsage":"SIGN_VERIFY"}' | member KeyId)"
    of="\"KeyId\":\"$signer\",\"Message\":\"aGVsbG8=\",\"SigningAlgorithm\":\"ED25519_SHA_512\""
    call Verify "{$of,\"Signature\":\"$(call Sign "{$of}" | member Signature)\"}" \
        | grep -q '"SignatureValid":true' || fail "the signature"
    refused KMSInvalidSignatureException 400 Verify "{$of,\"Signature\":\"$(head -c 64 /dev/zero | base64 -w 0)\"}"
    refused NotFoundException 400 DescribeKey '{"KeyId":"alias/there-is-none"}'
    refused InvalidSignatureException 400 ListKeys '{}' "$AWS_ACCESS_KEY_ID:forged"
    refused UnrecognizedClientException 400 ListKeys '{}' AKIATHEREISNONESUCH0:forged
    refused UnknownOperationException 404 NoSuchThing '{}'
}

"$@"
