import Testing

/// AWS's own clients, and others, against a real `cofferd`.
@Suite("The key service over HTTP", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct ServingTests {
    @Test("The aws command encrypts and decrypts as with AWS")
    func awsCommand() throws {
        try Daemon.run(
            """
            echo -n 'a secret' > plain
            BLOB=$(aws --endpoint-url $URL kms encrypt --key-id alias/default \\
                --plaintext fileb://plain --query CiphertextBlob --output text)
            base64 -d <<< "$BLOB" > blob
            TEXT=$(aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext --output text)
            [ "$(base64 -d <<< "$TEXT")" = 'a secret' ] || echo "FAILED: $TEXT"
            check 0 aws sts get-caller-identity; says arn:aws:iam::000000000000:root
            check 255 aws kms describe-key --key-id alias/nothing; says NotFoundException
            """)
    }

    @Test("boto3 takes every answer, of every operation, as one of AWS")
    func boto() throws {
        try Daemon.run(#""$PYTHON" "$SCRIPTS/boto-session.py""#)
    }

    @Test("boto3 brings material to a key and its replica, which open it after a move of the root")
    func importedReplicas() throws {
        try Daemon.run(
            """
            "$PYTHON" "$SCRIPTS/imported-replicas.py" make > made; grep FAILED made
            "$PYTHON" "$SCRIPTS/imported-replicas.py" open < made
            stop; check 0 coffer key move-root -q --to file; serve
            "$PYTHON" "$SCRIPTS/imported-replicas.py" open < made
            check 0 cofferd audit verify
            """)
    }

    @Test("curl signs requests that are answered")
    func curl() throws {
        try Daemon.run(
            """
            call() {
                curl -sS --aws-sigv4 aws:amz:coffer-local-1:kms \\
                    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
                    -H 'Content-Type: application/x-amz-json-1.1' -H "X-Amz-Target: TrentService.$1" \\
                    --data "$2" $URL/
            }
            check 0 call GenerateRandom '{"NumberOfBytes":16}'; says '"Plaintext":"'
            check 0 call Nonsense '{}'; says UnknownOperationException
            """)
    }

    @Test("A container that coffer made opens through the server that took over its keystore")
    func takenOver() throws {
        try Daemon.run(
            serves: false,
            """
            echo data > data
            check 0 coffer encrypt -q data -o before.coffer
            init; serve
            mkdir -p .config/coffer
            printf '{"key-service": "%s"}' $URL > .config/coffer/config.json
            export COFFER_HOME=$PWD/empty
            check 0 coffer decrypt -q before.coffer -o opened; check 0 cmp data opened
            check 0 coffer encrypt -q -k alias/default data -o after.coffer
            check 0 coffer decrypt -q after.coffer -o again; check 0 cmp data again
            """)
    }

    @Test("With certificates it is TLS, and with a client authority nobody else gets in")
    func transportSecurity() throws {
        try Daemon.run(
            serves: false,
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \\
                -subj /CN=ca -keyout ca.key -out ca.crt 2> /dev/null
            for name in server client; do
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name \\
                    -keyout $name.key -out $name.csr 2> /dev/null
                printf 'subjectAltName=IP:127.0.0.1\\n' > ext
                openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \\
                    -extfile ext -out $name.crt 2> /dev/null
            done
            init
            serve --certificate server.crt --private-key server.key
            case $URL in https://*) ;; *) echo "FAILED: $URL" ;; esac
            export AWS_CA_BUNDLE=$PWD/ca.crt
            check 0 aws kms list-aliases; says alias/default
            check 0 curl -sS --cacert ca.crt $URL/healthz; says ok
            stop
            serve --certificate server.crt --private-key server.key --client-authority ca.crt
            check 56 curl -sS --cacert ca.crt $URL/healthz
            check 0 curl -sS --cacert ca.crt --cert client.crt --key client.key $URL/healthz; says ok
            stop
            check 64 cofferd serve --listen 127.0.0.1:0 --certificate server.crt
            check 78 cofferd serve --listen 127.0.0.1:0 --certificate server.crt --private-key client.key
            check 64 cofferd serve --listen 0.0.0.0:0; says 'no TLS'
            """)
    }

    @Test("Connections that send nothing, or half a request, harm nobody and are closed")
    func halfOpen() throws {
        try Daemon.run(#""$PYTHON" "$SCRIPTS/half-open.py" $SERVER"#)
    }

    @Test("A slow reader gets all, HEAD gets no body, and 100-continue is told to go on")
    func connections() throws {
        try Daemon.run(#""$PYTHON" "$SCRIPTS/raw-connections.py""#)
    }

    @Test("A killed server has lost no key that it acknowledged, and its log verifies")
    func killed() throws {
        try Daemon.run(
            """
            for round in 1 2 3; do
                "$PYTHON" "$SCRIPTS/make-keys.py" made & CLIENT=$!
                sleep 1; kill -9 $SERVER; wait $SERVER 2> /dev/null; wait $CLIENT
                serve
                "$PYTHON" "$SCRIPTS/make-keys.py" --check made
            done
            stop
            cofferd audit verify > out 2> err
            [ $? -le 1 ] || { echo "FAILED: the log"; cat out err; }
            """)
    }

    @Test("SIGTERM ends it in order, and a second server finds all well")
    func stopped() throws {
        try Daemon.run(
            """
            check 0 aws kms create-key; KEY=$(sed -n 's/.*"KeyId": "\\(.*\\)".*/\\1/p' out)
            stop; grep -q '^note: stopped' log || { echo "FAILED: no word"; cat log; }
            check 0 cofferd audit verify; says intact
            serve
            check 0 aws kms describe-key --key-id $KEY
            for _ in 1 2 3 4 5; do stop; serve; done
            """)
    }

    @Test("Health, readiness and metrics are told, and logs and metrics hold no secret")
    func watched() throws {
        try Daemon.run(
            """
            check 0 aws kms generate-data-key --key-id alias/default --key-spec AES_256
            KEY=$(sed -n 's/.*"Plaintext": "\\(.*\\)".*/\\1/p' out); [ -n "$KEY" ] || echo "FAILED: no key"
            check 0 curl -sS $URL/healthz; says '^ok'
            check 0 curl -sS $URL/readyz; says '^ready'
            check 0 curl -sS $URL/metrics
            says 'request_duration_seconds_count{operation="GenerateDataKey",outcome="Success"} 1'
            ARN='key="arn:aws:kms:coffer-local-1:000000000000:key/[-0-9a-f]*",operation="GenerateDataKey",outcome="Success"'
            says "key_requests_total{$ARN} 1\\$" "key_request_seconds_total{$ARN} 0[.]"
            check 0 curl -sS $URL/nowhere; says UnknownOperation
            if grep -rqF "$KEY" log keystore; then echo "FAILED: the data key is written"; fi
            if grep -rqF "$AWS_SECRET_ACCESS_KEY" log keystore; then echo "FAILED: the secret"; fi
            mv keystore/keys.sqlite moved; check 0 curl -sS $URL/healthz
            """)
    }

    @Test("At level info each request is one JSON line that says who, what, which key and how long")
    func requestLog() throws {
        try Daemon.run(
            serves: false,
            """
            init; serve --log-level info
            check 0 aws kms encrypt --key-id alias/default --plaintext YQ==
            check 255 aws kms decrypt --ciphertext-blob YWJj
            AWS_SECRET_ACCESS_KEY=x check 255 aws kms list-keys; says InvalidSignatureException
            check 0 curl -sS $URL/healthz
            stop
            "$PYTHON" - log << 'EOF'
            import json, sys
            lines = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
            told = [line for line in lines if line["message"] == "request"]
            found = [(line["operation"], line["outcome"], line["status"]) for line in told]
            wanted = [
                ("Encrypt", "Success", "200"), ("Decrypt", "InvalidCiphertextException", "400"),
                ("ListKeys", "InvalidSignatureException", "400"), ("healthz", "Success", "200")]
            if found != wanted:
                print("FAILED:", found)
            encrypt = told[0]
            if not encrypt["key"].startswith("arn:aws:kms:coffer-local-1:000000000000:key/"):
                print("FAILED:", encrypt)
            if encrypt["principal"] != "arn:aws:iam::000000000000:root" or encrypt["source"] != "127.0.0.1":
                print("FAILED:", encrypt)
            if not 0 < int(encrypt["microseconds"]) < 60_000_000 or len(encrypt["requestId"]) != 36:
                print("FAILED:", encrypt)
            if "key" in told[1] or "principal" in told[2]:
                print("FAILED:", told)
            EOF
            """)
    }

    @Test("An account that asks too often is told so, and served again a second later")
    func throttled() throws {
        try Daemon.run(
            serves: false,
            """
            init; serve --rate-limit 5
            "$PYTHON" "$SCRIPTS/throttle.py"
            """)
    }
}
