import Testing

/// Custom key stores of a real `cofferd`, in tokens of SoftHSM2.
@Suite("Custom key stores of cofferd", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct KeyStoreTests {
    /// A token, and a configuration that calls it a cluster; `$CREATE` makes its store.
    private static let token = """
        export SOFTHSM2_CONF=$PWD/softhsm2.conf
        mkdir tokens; printf 'directories.tokendir = %s\\nobjectstore.backend = file\\n' \
            $PWD/tokens > softhsm2.conf
        check 0 softhsm2-util --init-token --free --label store --so-pin 12345678 --pin 1234
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj /CN=cluster -keyout ca.key -out customerCA.crt 2> /dev/null
        cat > config.json <<END
        {"server": {"key-stores": {"clusters": {"cluster-2345672345a": {
            "uri": "pkcs11:token=store", "module": "/usr/lib/softhsm/libsofthsm2.so",
            "trust-anchor": "customerCA.crt"}}}}}
        END
        create() {
            aws kms create-custom-key-store --custom-key-store-name store \
                --cloud-hsm-cluster-id cluster-2345672345a --key-store-password "$1" \
                --trust-anchor-certificate file://customerCA.crt \
                --query CustomKeyStoreId --output text
        }
        state() {
            aws kms describe-custom-key-stores --custom-key-store-id $STORE \
                --query 'CustomKeyStores[0].[ConnectionState,ConnectionErrorCode]' --output text
        }
        """

    @Test("A store that the aws command makes in a token outlives a restart and a move of the root")
    func store() throws {
        try Daemon.run(
            serves: false,
            Self.token + """

                init; serve --config config.json
                STORE=$(create 4321wrong)
                check 0 aws kms connect-custom-key-store --custom-key-store-id $STORE
                [ "$(state)" = 'FAILED	INVALID_CREDENTIALS' ] || echo "FAILED: $(state)"
                check 0 aws kms disconnect-custom-key-store --custom-key-store-id $STORE
                check 0 aws kms update-custom-key-store --custom-key-store-id $STORE \
                    --key-store-password 1234567
                check 0 softhsm2-util --delete-token --token store
                check 0 softhsm2-util --init-token --free --label store --so-pin 12345678 \
                    --pin 1234567
                check 0 aws kms connect-custom-key-store --custom-key-store-id $STORE
                [ "$(state)" = 'CONNECTED	None' ] || echo "FAILED: $(state)"
                KEY=$(aws kms create-key --origin AWS_CLOUDHSM --custom-key-store-id $STORE \
                    --query KeyMetadata.KeyId --output text)
                check 0 aws kms describe-key --key-id $KEY; says AWS_CLOUDHSM cluster-2345672345a
                echo -n text > plain
                aws kms encrypt --key-id $KEY --plaintext fileb://plain --query CiphertextBlob \
                    --output text | base64 -d > blob
                check 0 pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label store \
                    --login --pin 1234567 --list-objects; says "coffer $KEY" 'never extractable'
                stop; check 0 coffer key move-root -q --to file; serve --config config.json
                [ "$(state)" = 'CONNECTED	None' ] || echo "FAILED: $(state)"
                TEXT=$(aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext \
                    --output text | base64 -d)
                [ "$TEXT" = text ] || echo "FAILED: $TEXT"
                check 0 aws kms generate-random --number-of-bytes 8 --custom-key-store-id $STORE
                check 255 aws kms delete-custom-key-store --custom-key-store-id $STORE
                says CustomKeyStoreInvalidStateException
                grep -rqa 1234567 keystore && echo 'FAILED: the PIN lies open'
                check 0 aws kms disconnect-custom-key-store --custom-key-store-id $STORE
                check 255 aws kms decrypt --ciphertext-blob fileb://blob
                says KMSInvalidStateException
                check 255 aws kms delete-custom-key-store --custom-key-store-id $STORE
                says CustomKeyStoreHasCMKsException
                """)
    }

    /// A proxy of external keys, which the configuration calls by AWS's kind of name.
    private static let proxy = """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca \
            -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.crt 2> /dev/null
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=proxy \
            -keyout proxy.key -out proxy.csr 2> /dev/null
        printf 'subjectAltName=IP:127.0.0.1\n' > ext
        openssl x509 -req -in proxy.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
            -extfile ext -out proxy.crt 2> /dev/null
        PORT=$("$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
        "$PYTHON" -B "$SCRIPTS/../../RemoteKeysTests/xks-proxy.py" $PORT proxy.crt proxy.key \
            < /dev/null > proxy.log 2>&1 & PROXY=$!
        trap 'for p in $PROXY $SERVER; do kill -9 $p; wait $p; done 2> /dev/null' EXIT
        for _ in $(seq 1200); do
            { : < /dev/tcp/127.0.0.1/$PORT; } 2> /dev/null && break; sleep 0.05
        done
        cat > config.json <<END
        {"server": {"key-stores": {"proxies": {"https://xks.example.com": {
            "url": "https://127.0.0.1:$PORT", "ca-file": "ca.crt", "timeout": 10000}}}}}
        END
        create() {
            aws kms create-custom-key-store --custom-key-store-name "$1" \
                --custom-key-store-type EXTERNAL_KEY_STORE --xks-proxy-connectivity PUBLIC_ENDPOINT \
                --xks-proxy-uri-endpoint https://xks.example.com \
                --xks-proxy-uri-path /$1/kms/xks/v1 --xks-proxy-authentication-credential \
                AccessKeyId=AKIAXKSPROXYTESTKEY2,RawSecretAccessKey=$2 \
                --query CustomKeyStoreId --output text
        }
        # The first version of the command takes a URL for the place of a value.
        mkdir -p .aws; printf '[default]\ncli_follow_urlparam = false\n' > .aws/config
        SECRET=$(printf 'x%.0s' $(seq 43))
        """

    @Test("The aws command uses keys of an external key store, also after a restart")
    func external() throws {
        try Daemon.run(
            serves: false,
            Self.proxy + """

                init; serve --config config.json
                check 255 create good y$SECRET
                says XksProxyIncorrectAuthenticationCredentialException
                STORE=$(create good $SECRET)
                check 0 aws kms connect-custom-key-store --custom-key-store-id $STORE
                check 0 aws kms describe-custom-key-stores --custom-key-store-id $STORE
                says CONNECTED /good/kms/xks/v1 https://xks.example.com AKIAXKSPROXYTESTKEY2
                KEY=$(aws kms create-key --origin EXTERNAL_KEY_STORE --xks-key-id key-1 \
                    --custom-key-store-id $STORE --query KeyMetadata.KeyId --output text)
                check 0 aws kms describe-key --key-id $KEY; says EXTERNAL_KEY_STORE '"Id": "key-1"'
                echo -n text > plain
                aws kms encrypt --key-id $KEY --plaintext fileb://plain --query CiphertextBlob \
                    --output text | base64 -d > blob
                stop; serve --config config.json
                TEXT=$(aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext \
                    --output text | base64 -d)
                [ "$TEXT" = text ] || echo "FAILED: $TEXT"
                grep -rqa $SECRET keystore log && echo 'FAILED: the secret lies open'
                healthy() {
                    for _ in $(seq 600); do
                        curl -sS $URL/metrics | grep -q "^cofferd_key_store_healthy.*$STORE.* $1" && return
                        sleep 0.1
                    done
                    echo "FAILED: not $1"; curl -sS $URL/metrics
                }
                healthy 1
                kill -9 $PROXY; wait $PROXY 2> /dev/null
                stop; serve --config config.json; healthy 0
                grep -q 'not healthy.*XKS_PROXY_NOT_REACHABLE' log || echo 'FAILED: not in the log'
                check 255 aws kms decrypt --ciphertext-blob fileb://blob
                says KMSInvalidStateException 'cannot communicate'
                check 0 aws kms encrypt --key-id alias/default --plaintext fileb://plain
                check 1 cofferd doctor --config config.json; says 'ok     configuration'
                sed 's/ca.crt/plain/' config.json > wrong.json
                check 78 cofferd serve --config wrong.json; says 'no certificates'
                sed 's,https://127.0.0.1,http://127.0.0.1,' config.json > wrong.json
                check 78 cofferd serve --config wrong.json; says 'has 1 problem'
                """)
    }

    @Test("A slow external key store keeps nobody from using other keys")
    func slow() throws {
        try Daemon.run(
            serves: false,
            Self.proxy + """

                init; serve --config config.json
                "$PYTHON" "$SCRIPTS/slow-store.py" https://xks.example.com
                """)
    }

    @Test("Without a configuration there are no stores; one that names no token is refused")
    func configuration() throws {
        try Daemon.run(
            serves: false,
            Self.token + """

                init; serve
                check 255 create 1234567; says UnsupportedOperationException
                stop
                for uri in 'pkcs11:' 'pkcs11:token=store?pin-value=9876'; do
                    sed "s|pkcs11:token=store|$uri|" config.json > wrong.json
                    check 78 cofferd serve --config wrong.json; says 'names no token'
                    grep -q 9876 err && echo 'FAILED: the PIN is told'
                    check 1 cofferd doctor --config wrong.json; says 'names no token'
                done
                for change in s/cluster-2345672345a/cluster-1/ s/pkcs11:// s/trust-anchor/trust/ \
                    s,/usr/lib,lib,; do
                    sed $change config.json > wrong.json
                    check 78 cofferd serve --config wrong.json; says 'has . problem'
                done
                chmod o+w config.json
                check 78 cofferd serve --config config.json; says 'open to others'
                """)
    }
}
