import Testing

/// The verbs that look after a server.
@Suite("The operator's verbs", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct OperatorTests {
    @Test("init makes what is missing and nothing twice; its secret is told once")
    func initialising() throws {
        try Daemon.run(
            serves: false,
            """
            check 78 cofferd serve --listen 127.0.0.1:0; says 'no keystore' 'cofferd init'
            check 0 cofferd init --credentials root.credentials
            [ ! -s out ] || echo "FAILED: said something"
            [ "$(stat -c %a root.credentials)" = 600 ] || echo "FAILED: open to others"
            check 73 cofferd init; says 'set up already'
            grep -rqF "$(sed -n 's/aws_secret_access_key = //p' root.credentials)" keystore \\
                && echo "FAILED: the secret lies in the keystore"
            export AWS_SHARED_CREDENTIALS_FILE=$PWD/root.credentials
            serve; check 0 aws kms list-keys; says KeyArn; stop
            printf 'the words' > words
            check 0 cofferd init --keystore $PWD/sealed --root-passphrase-file words
            check 78 cofferd user list --keystore $PWD/sealed; says sealed
            export COFFER_ROOT_PASSPHRASE_FILE=$PWD/words COFFER_HOME=$PWD/sealed
            serve; check 0 curl -sS $URL/readyz; says ready
            """)
    }

    @Test("A backup of a running server, restored, opens what was sealed before")
    func backup() throws {
        try Daemon.run(
            """
            printf 'the words' > words; echo -n data > data
            check 0 aws kms encrypt --key-id alias/default --plaintext fileb://data \\
                --query CiphertextBlob --output text; base64 -d out > blob
            check 0 cofferd backup --passphrase-file words keys.coffer
            check 73 cofferd backup --passphrase-file words keys.coffer; says exists
            stop; mv keystore lost
            printf 'other words' > other
            check 66 cofferd restore --passphrase-file other keys.coffer
            [ ! -e keystore/keys.sqlite ] || echo "FAILED: a keystore of a failed restore"
            check 0 cofferd restore --passphrase-file words keys.coffer
            serve
            check 0 aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext --output text
            [ "$(base64 -d out)" = data ] || echo "FAILED: $(cat out)"
            check 0 env HOME=$PWD/2 COFFER_HOME=$PWD/2 coffer key restore --passphrase-file words keys.coffer
            """)
    }

    @Test("The configuration file and the environment say what the command line does not")
    func configuration() throws {
        try Daemon.run(
            serves: false,
            """
            init
            printf '{"server": {"rate-limit": 0, "listen": "nonsense", "lisden": 1}}' > bad.json
            check 78 cofferd serve --config bad.json; says '3 problems'
            printf '{"server": {"rate-limit": 1, "connections": 100, "log-level": "error"}}' > good.json
            serve --config good.json
            "$PYTHON" "$SCRIPTS/throttle.py"
            stop
            check 64 env COFFERD_LISTEN=0.0.0.0:0 cofferd serve; says 'reached by others'
            check 64 env COFFERD_CERTIFICATE=x cofferd serve; says 'belong together'
            check 64 cofferd serve --log-level loud
            """)
    }

    @Test("doctor finds what is wrong, and says that all is well when it is")
    func doctor() throws {
        try Daemon.run(
            """
            printf 'the words' > words
            check 1 cofferd doctor; says 'ok     keystore' 'look   backup'
            check 0 cofferd backup --passphrase-file words keys.coffer
            check 0 cofferd doctor; says 'ok     backup' 'ok     audit log'
            check 1 cofferd doctor --certificate nothing.pem --private-key nothing.pem
            says 'wrong  configuration'
            chmod g+r keystore/root.key; check 1 cofferd doctor; says 'open to others'
            chmod g-r keystore/root.key
            stop
            sed -i '2s/Root/Toor/' keystore/audit/log.jsonl
            check 1 cofferd doctor; says 'look   audit log'
            check 65 cofferd audit verify
            """)
    }
}
