#!/bin/sh
# curl signs by itself: another SigV4 than the SDKs'.
set -eu
call() { # OPERATION BODY USER
    curl --silent --show-error --write-out '\n%{http_code}' --aws-sigv4 "aws:amz:$AWS_REGION:kms" --user "$3" \
        --header "X-Amz-Target: TrentService.$1" --header 'Content-Type: application/x-amz-json-1.1' \
        --data "$2" "$AWS_ENDPOINT_URL/"
}
mine="$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
answer="$(call Encrypt "{\"KeyId\":\"$KEY\",\"Plaintext\":\"aGVsbG8=\"}" "$mine")"
blob="$(printf '%s' "$answer" | sed -n 's/.*"CiphertextBlob":"\([^"]*\)".*/\1/p')"
call Decrypt "{\"CiphertextBlob\":\"$blob\"}" "$mine" | grep -q '"Plaintext":"aGVsbG8="'
call ListKeys '{}' "$AWS_ACCESS_KEY_ID:forged" | grep -q InvalidSignatureException
call ListKeys '{}' "AKIATHEREISNONESUCH0:forged" | grep -q UnrecognizedClientException
[ "$(call NoSuchThing '{}' "$mine" | tail -1)" = 400 ]
echo "curl: ok"
