import Foundation
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

    @Test("policy simulate tells who may do what, why, and the same as the server decides")
    func simulating() throws {
        try Daemon.run(
            """
            check 0 cofferd user create alice
            cat > policy.json <<- 'EOF'
            {"Version": "2012-10-17", "Statement": [
             {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"},
             {"Sid": "IT", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
              "Condition": {"StringEquals": {"kms:EncryptionContext:department": "IT"}}},
             {"Sid": "inside", "Effect": "Deny", "Action": "kms:*", "Resource": "*",
              "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.1"]}}}]}
            EOF
            check 0 cofferd policy put alice use policy.json
            check 0 aws kms describe-key --key-id alias/default
            KEY=$(sed -n 's/.*"Arn": "\\(.*\\)".*/\\1/p' out)
            simulate() { check "$1" cofferd policy simulate "${@:2}"; }
            simulate 0 alice kms:Encrypt alias/default --condition aws:SourceIp=10.1.2.3
            cat > expected <<- EOF
            allowed: arn:aws:iam::000000000000:user/alice kms:Encrypt $KEY
            by an identity policy

            key policy
              1 Allow "Enable IAM User Permissions": matches, by the account
            identity policy use
              1 Allow: matches
              2 Allow "IT": Action does not match
              3 Deny "inside": Condition NotIpAddress of aws:SourceIp is not met
            EOF
            diff expected out
            simulate 77 alice Encrypt "$KEY" --condition aws:SourceIp=192.0.2.1; says 'a statement denies it'
            simulate 77 alice Decrypt alias/default --condition aws:SourceIp=127.0.0.1
            says 'no identity policy allows it' 'StringEquals of kms:EncryptionContext:department is not met'
            simulate 0 alice Decrypt alias/default --condition aws:SourceIp=127.0.0.1 -c department=IT
            simulate 77 alice Decrypt "$KEY" --condition aws:SourceIp=127.0.0.1 -c department=HR --json
            says '"allowed":false,"reason":"noIdentityPolicy"' '"verdict":"conditionNotMet"'
            simulate 0 root CreateKey
            simulate 66 bob Encrypt alias/default; says 'no such user'
            simulate 66 arn:aws:iam::000000000000:user/bob Encrypt; says 'cofferd user list'
            simulate 64 alice kms:Nonsense; says 'nothing that is done here'
            simulate 64 alice Encrypt -c =x; says '-c key=value'
            simulate 64 alice Encrypt --condition SourceIp=10.1.2.3; says 'no condition key'
            check 0 cofferd policy simulate --help; says 'simulate alice kms:Decrypt' '77 denied'
            eval "$(cofferd user create-key alice 2> err)"
            check 0 aws kms encrypt --key-id alias/default --plaintext YQ==
            check 255 aws kms create-key; says AccessDenied
            """)
    }

    @Test("Who gets the name of a deleted user or role gets nothing of what it was granted")
    func deletedIdentities() throws {
        try Daemon.run(
            """
            ALICE=arn:aws:iam::000000000000:user/alice
            cat > trust.json <<- EOF
            {"Version": "2012-10-17", "Statement":
             {"Effect": "Allow", "Principal": {"AWS": "$ALICE"}, "Action": "sts:AssumeRole"}}
            EOF
            for name in alice bob; do check 0 cofferd user create $name; done
            check 0 cofferd user create-role reader --trust-policy trust.json
            grant() {
                check 0 aws kms create-grant --key-id "$KEY" --operations Encrypt --grantee-principal "$@"
            }
            check 0 aws kms describe-key --key-id alias/default
            KEY=$(sed -n 's/.*"Arn": "\\(.*\\)".*/\\1/p' out)
            grant $ALICE; grant arn:aws:iam::000000000000:role/reader
            grant arn:aws:iam::000000000000:user/bob --retiring-principal $ALICE
            check 0 aws kms create-key --query KeyMetadata.Arn --output text; NAMING=$(cat out)
            check 0 aws kms put-key-policy --key-id "$NAMING" --policy '{"Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"},
                {"Effect": "Allow", "Principal": {"AWS": "'$ALICE'"}, "Action": "kms:Encrypt", "Resource": "*"}]}'
            use() {
                (eval "$(cofferd user create-key alice 2> err)"
                check "$1" aws kms encrypt --key-id "$KEY" --plaintext YQ==)
            }
            use 0
            check 0 cofferd user delete alice
            says "^warning: the policy of $NAMING names $ALICE" \\
                "^warning: the policy of arn:aws:iam::000000000000:role/reader names $ALICE" ^hint:
            [ "$(grep -c ^warning err)" = 2 ] || { echo FAILED; cat err; }
            check 0 cofferd user create alice
            use 255
            check 0 aws kms list-grants --key-id "$KEY" --query 'Grants[].[GranteePrincipal, RetiringPrincipal]' \\
                --output text
            sort out > grantees
            diff grantees - <<- 'EOF'
            arn:aws:iam::000000000000:role/reader	None
            arn:aws:iam::000000000000:user/bob	None
            EOF
            check 0 cofferd user delete arn:aws:iam::000000000000:role/reader
            [ ! -s err ] || { echo FAILED; cat err; }
            check 0 aws kms list-grants --key-id "$KEY" --query 'length(Grants)'; says '^1$'
            """)
    }

    @Test("The log of a keystore of the first version is verified where nothing can be written")
    func oldKeystoreAtRest() throws {
        try Daemon.run(
            serves: false,
            """
            cp -r "$SCRIPTS/../../Keystores/v1" old
            chmod 700 old old/audit; chmod 600 old/root.key old/keys.sqlite old/audit/*
            cat > look.sh <<- 'EOF'
            mount --bind old old && mount -o remount,bind,ro old && exec cofferd audit verify --keystore $PWD/old
            EOF
            cp -r old before
            check 0 unshare -m bash look.sh; says intact
            check 0 diff -r before old
            """)
    }

    @Test("The log goes on in further files, and what is done to any of them is found off line")
    func auditFiles() throws {
        try Daemon.run(
            serves: false,
            """
            init
            check 64 cofferd serve --listen 127.0.0.1:0 --audit-file-size 1K; says '128K to 1T'
            printf '{"server": {"audit-file-size": "128K"}}' > small.json
            serve --config $PWD/small.json
            "$PYTHON" "$SCRIPTS/many-calls.py" 420
            stop
            cd keystore/audit; set -- log-*.jsonl; cd ../..
            [ $# -ge 2 ] || echo "FAILED: $# files before the last"
            check 0 cofferd audit verify; says intact
            check 0 coffer audit verify; says intact
            cp -r keystore before
            damaged() {
                check 65 cofferd audit verify; check 65 coffer audit verify
                rm -r keystore; cp -r before keystore
            }
            for file in "$1" "$2" log.jsonl; do
                log=keystore/audit/$file
                sed -i '7s/"Root"/"root"/' $log; damaged
                sed -i 7d $log; damaged
                sed -i '7{h;d};8{G}' $log; damaged
                sed -i '7p' $log; damaged
                rm $log; damaged
                truncate -s -1000 $log; damaged
                sed -i '$d' $log; damaged
            done
            mv keystore/audit/"$1" x; mv keystore/audit/"$2" keystore/audit/"$1"; mv x keystore/audit/"$2"; damaged
            rm keystore/audit/head; damaged
            check 0 cofferd audit verify
            """)
    }

    @Test(
        "A keystore whose root is on a token is made and served, its PIN from a file",
        .enabled(if: hasSoftHSM, "needs softhsm2"), arguments: ["none", "token"])
    func rootOnToken(isolation: String) throws {
        try Daemon.run(
            serves: false,
            """
            mkdir tokens; printf 'directories.tokendir = %s/tokens\\nobjectstore.backend = file\\nlog.level = ERROR\\n' "$PWD" > softhsm2.conf
            export SOFTHSM2_CONF=$PWD/softhsm2.conf
            softhsm2-util --init-token --free --label hsm --so-pin 12345678 --pin 1234 > /dev/null
            mkdir -p .config/coffer; printf '{"services":{"pkcs11:":{"module":"\(Self.module)"}}}' > .config/coffer/config.json
            ROOT='pkcs11:token=hsm;object=k'
            check 77 cofferd init --root "$ROOT" --isolation \(isolation) --create-token-keys; says 'COFFER_PIN_FILE'
            printf 9999 > wrong; check 77 cofferd init --root "$ROOT?pin-source=$PWD/wrong"; says 'refuses the PIN'
            printf 1234 > pin
            check 78 cofferd init --root "$ROOT?pin-source=$PWD/pin" --isolation \(isolation); says 'create-token-keys'
            check 64 cofferd init --isolation token; says 'name it'
            eval "$(cofferd init --root "$ROOT?pin-source=$PWD/pin" --isolation \(isolation) --create-token-keys 2> err)"
            check 77 cofferd serve --listen 127.0.0.1:0; says 'wants its PIN'
            export COFFER_PIN_FILE=$PWD/pin
            serve
            check 0 aws kms encrypt --key-id alias/default --plaintext YQ== --query CiphertextBlob --output text
            base64 -d out > blob
            check 0 aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext --output text; says '^WVE9PQ=='
            check 0 curl -sS $URL/readyz; says '^ready'
            check 0 cofferd user create alice; check 0 cofferd user create-key alice; check 0 cofferd user list
            check 0 cofferd audit verify; says intact
            if [ \(isolation) = token ]; then
                kill $(pgrep -P $SERVER coffer-agent); sleep 0.3
                check 0 curl -sS $URL/readyz; says 'not ready: root of trust'
                wait $SERVER; [ $? = 69 ] || { echo "FAILED: not ended"; cat log; }
                grep -q 'coffer-agent.*has ended' log || cat log
            else
                stop
            fi
            serve
            check 0 aws kms decrypt --ciphertext-blob fileb://blob --query Plaintext --output text; says '^WVE9PQ=='
            stop
            grep -rq 1234 log keystore/root.key && echo "FAILED: the PIN is written"
            check 0 cofferd audit verify
            """)
    }

    private static let module = "/usr/lib/softhsm/libsofthsm2.so"
    private static let hasSoftHSM = FileManager.default.fileExists(atPath: module)
}
