import Testing

/// A server whose medium, log, clock or life fails it.
@Suite("Trouble", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct TroubleTests {
    @Test(
        "Without room calls fail and nothing is lost; with room it goes on as before",
        .enabled(if: Daemon.canMount, "needs root and unshare(1)"), arguments: [false, true])
    func fullDisk(logHasRoom: Bool) throws {
        try Daemon.run(
            serves: false, mounts: true,
            """
            mkdir -m 700 keystore; mount -t tmpfs -o size=2m,mode=700 tmpfs keystore
            init
            if \(logHasRoom); then
                mkdir log; mv keystore/audit/* log
                mount -t tmpfs -o size=2m,mode=700 tmpfs keystore/audit; mv log/* keystore/audit; rmdir log
            fi
            serve
            "$PYTHON" "$SCRIPTS/full-disk.py" keystore \(logHasRoom ? "log-has-room" : "")
            stop
            check 0 cofferd audit verify; says intact
            """)
    }

    @Test("Without its audit log no call is answered, and it goes on when the log is back")
    func logTakenAway() throws {
        try Daemon.run(
            """
            check 0 aws kms encrypt --key-id alias/default --plaintext YQ==
            mv keystore/audit away; export AWS_MAX_ATTEMPTS=1
            check 255 aws kms encrypt --key-id alias/default --plaintext YQ==; says KMSInternalException
            check 255 aws kms create-key; says KMSInternalException
            check 255 aws kms list-keys; says KMSInternalException
            check 0 curl -sS -w '%{http_code}' $URL/readyz; says 'not ready: audit log' 503
            check 0 curl -sS $URL/healthz; says '^ok'
            mv away keystore/audit
            check 0 curl -sS $URL/readyz; says '^ready'
            check 0 aws kms list-keys --query 'length(Keys)'; says '^1$'
            stop; check 0 cofferd audit verify
            """)
    }

    @Test("Of calls made at once each is on record or told that it is not; others are not held up")
    func atOnce() throws {
        try Daemon.run(
            """
            "$PYTHON" "$SCRIPTS/at-once.py" 200
            [ "$(grep -c '"eventName":"ListAliases"' keystore/audit/log.jsonl)" = 96 ] || echo "FAILED: records"
            mv keystore/audit away
            "$PYTHON" "$SCRIPTS/at-once.py" 500
            mv away keystore/audit
            "$PYTHON" "$SCRIPTS/at-once.py" 200
            [ "$(grep -c '"eventName":"ListAliases"' keystore/audit/log.jsonl)" = 192 ] || echo "FAILED: records"
            stop; check 0 cofferd audit verify; says intact
            """)
    }

    /// A clock for server and client that the file `clock` turns while they run.
    @Test(
        "A clock that jumps ahead and back rotates once, destroys once, and brings nothing to life",
        .enabled(if: Daemon.compiler != nil, "needs clang, which comes with Swift"))
    func clockJumps() throws {
        try Daemon.run(
            serves: false,
            """
            \(Daemon.compiler ?? "") -shared -fPIC -O1 -o turned-clock.so "$SCRIPTS/turned-clock.c"
            echo 0 > clock; export TURNED_CLOCK=$PWD/clock TURNED=$PWD/turned-clock.so
            mkdir bin
            printf '#!/bin/sh\\nLD_PRELOAD=$TURNED exec %s "$@"\\n' "$(command -v cofferd)" > bin/cofferd
            chmod 755 bin/cofferd; PATH=$PWD/bin:$PATH
            init; serve
            check 0 cofferd user create alice; check 0 cofferd user create-key alice --credentials alice.credentials
            printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":
                "arn:aws:iam::000000000000:user/alice"},"Action":"sts:AssumeRole"}]}' > trust
            check 0 cofferd user create-role reader --trust-policy trust
            LD_PRELOAD=$TURNED "$PYTHON" "$SCRIPTS/clock.py"
            for event in RotateKey DeleteKey; do
                [ "$(grep -c "\\"eventName\\":\\"$event\\"" keystore/audit/log.jsonl)" = 1 ] || echo "FAILED: $event"
            done
            stop; check 0 cofferd audit verify; says intact
            """)
    }

    @Test("Two servers of one keystore, one killed 50 times: nothing acknowledged is lost")
    func killedServers() throws {
        try Daemon.run(
            serves: false,
            """
            init
            "$PYTHON" "$SCRIPTS/killed-servers.py" 50
            cofferd audit verify > out 2> err
            [ $? -le 1 ] || { echo "FAILED: the log"; cat out err; }
            says intact
            """)
    }
}
