import Testing

/// Who a request is of, over HTTP.
@Suite("Requests that are signed", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct AuthenticationTests {
    @Test("A request that botocore signed is answered; with anything changed it is refused")
    func altered() throws {
        try Daemon.run(#""$PYTHON" "$SCRIPTS/altered-requests.py" 1000 7"#)
    }

    @Test("What is signed and wrong is refused with AWS's status, name and message")
    func wrong() throws {
        try Daemon.run(#""$PYTHON" "$SCRIPTS/wrong-requests.py""#)
    }

    @Test("A user may what a policy says, from the moment it is put until its access key goes")
    func users() throws {
        try Daemon.run(
            """
            check 0 cofferd user create alice; says user/alice
            check 0 cofferd user create-key alice --credentials alice.credentials
            check 73 cofferd user create alice
            [ "$(stat -c %a alice.credentials)" = 600 ] || echo "FAILED: open to others"
            ROOT="$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"
            unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
            export AWS_SHARED_CREDENTIALS_FILE=$PWD/alice.credentials
            check 255 aws kms list-keys; says AccessDeniedException user/alice
            printf '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:List*","Resource":"*"}}' > p
            check 0 cofferd policy put alice listing p
            check 0 aws kms list-keys; says KeyArn
            check 255 aws kms create-key; says AccessDeniedException
            check 0 cofferd policy list alice; says listing
            check 0 cofferd policy get alice listing; cp out got; check 0 cmp got p
            check 66 cofferd policy put alice broken alice.credentials
            ID=$(sed -n 's/aws_access_key_id = //p' alice.credentials)
            check 0 cofferd user deactivate-key $ID
            check 255 aws kms list-keys; says UnrecognizedClientException
            check 0 cofferd user activate-key $ID; check 0 aws kms list-keys
            check 0 cofferd policy delete alice listing
            check 255 aws kms list-keys; says AccessDeniedException
            check 0 cofferd user delete alice
            check 255 aws kms list-keys; says UnrecognizedClientException
            check 0 cofferd user list; says 'account 000000000000'
            grep -q alice out && echo "FAILED: alice is still there"
            check 66 cofferd user create-key alice
            check 64 cofferd user create 'a/b'
            check 64 cofferd user create-account 12 x
            check 0 cofferd user create-account 111122223333 other
            check 0 cofferd user create bob --account 111122223333; says 111122223333:user/bob
            """)
    }

    /// alice, whose credentials are in the environment, and `$ROLE` that she may assume.
    private static let aliceAndHerRole = """
        check 0 cofferd user create alice; ALICE=$(cat out)
        printf '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"%s"},
            "Action":"sts:AssumeRole"}}' $ALICE > trust
        check 0 cofferd user create-role worker --trust-policy trust; ROLE=$(cat out)
        printf '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:GenerateDataKey",
            "Resource":"*"}}' > policy
        check 0 cofferd policy put worker use policy
        eval "$(cofferd user create-key alice)"

        """

    @Test("A session of a role is what its token says, and nothing without it")
    func sessions() throws {
        try Daemon.run(
            Self.aliceAndHerRole + """
                check 0 cofferd policy get-trust worker; cp out got; check 0 cmp got trust
                "$PYTHON" "$SCRIPTS/sessions.py" $ROLE
                check 0 grep '"AssumeRole".*"ValidationError".*PolicyArns' keystore/audit/log.jsonl
                """)
    }

    @Test("A session that has ended is refused as such by both services")
    func ended() throws {
        try Daemon.run(
            Self.aliceAndHerRole + """
                : > later
                faketime -f +1h bash -c 'echo $$ > pid; exec cofferd serve --listen 127.0.0.1:0' \\
                    2> later < /dev/null &
                for _ in $(seq 2400); do grep -q '^note: serving' later && break; sleep 0.05; done
                export LATER=$(sed -n 's/^note: serving //p' later)
                "$PYTHON" "$SCRIPTS/expired-session.py" $ROLE
                kill $(cat pid); wait $!
                """)
    }

    @Test("What breaks a constraint of botocore's service model is told in AWS's words")
    func broken() throws {
        try Daemon.run(
            """
            "$PYTHON" "$SCRIPTS/../../KMSWireTests/broken-requests.py" 7 > broken
            "$PYTHON" "$SCRIPTS/broken-requests.py" < broken
            stop; check 0 cofferd audit verify
            """)
    }
}
