import Foundation
import Testing

/// Attacks on other tools that have been published, against this one.
@Suite(
    "Published attacks",
    .enabled(if: Confinement.isPossible, "needs a Python with cryptography"))
struct PublishedAttackTests {
    /// In the S3 Encryption Clients for Ruby, Java and Go, whoever could write to the bucket could put
    /// another data key beside an object, under which the same ciphertext was authentic too.
    @Test(
        "CVE-2025-14762, CVE-2025-14763, CVE-2025-14764: a data key in place of another opens nothing",
        arguments: [
            // Whose header was replaced.
            ("decrypt replaced.coffer -o out -k keyfile:key", 67, false),
            ("decrypt replaced.coffer -o - -k keyfile:key", 67, false),
            ("verify replaced.coffer -k keyfile:key", 67, false),
            ("cat replaced.coffer --range 0:16 -k keyfile:key", 67, false),
            ("rewrap replaced.coffer --add-key keyfile:other -k keyfile:key", 67, false),
            ("reencrypt replaced.coffer --old-key keyfile:key -k keyfile:other", 67, false),
            // Who was added for a data key of their own.
            ("decrypt added.coffer -o - -k keyfile:other", 67, false),
            ("decrypt added.coffer -o - -k keyfile:key", 0, true),
            // Whose other data key comes first.
            ("decrypt before.coffer -o - -k keyfile:key", 0, true),
        ])
    func replacedDataKey(command: String, status: Int32, opens: Bool) throws {
        let runner = try TranscriptRunner()
        try Self.make("key other", runner)
        let outcome = try runner.run(Transcript.Step(line: 0, command: "coffer \(command)"))
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output.isEmpty != opens)
        #expect(outcome.output.first == (opens ? "the honest text" : nil))
        #expect(try !runner.files().contains("out"))
        try Confinement.run("coffer decrypt -q honest.coffer -o - -k keyfile:key > out", 0, runner)
        try Confinement.run("cmp honest.data out; ! cmp -s other.data out", 0, runner)
    }

    @Test("The two plaintexts are there: without the commitment both frames are authentic")
    func canary() throws {
        let runner = try TranscriptRunner()
        try Self.make("key other", runner)
        try Confinement.run(
            "head -c 16 honest.data | grep -q 'the honest text' && ! cmp -s honest.data other.data "
                + "&& tail -c +17 other.data | head -c 16 | grep -q 'the evil text'", 0, runner)
    }

    /// In the AWS Encryption SDK for Python a data key that one client had taken from a message
    /// without commitment came out of a shared cache for a client that demands commitment.
    @Test(
        "CVE-2026-6550: what was opened before opens nothing that would not open by itself",
        .enabled(if: KeyServices.isPossible, Comment(rawValue: KeyServices.missing)))
    func sharedCache() throws {
        let services = try KeyServices(["moto"])
        let runner = try TranscriptRunner()
        try Self.make(
            "key other $AWS_ENDPOINT_URL_KMS $MOTO_KEY", runner, exports: services.exports())
        let script = """
            export XDG_RUNTIME_DIR=$PWD; eval "$(coffer-agent start --idle 60)"
            trap 'coffer-agent stop' EXIT
            requests() { coffer-agent status | sed 's/.* \\([0-9]*\\) requests.*/\\1/'; }
            open() { coffer decrypt -q -f "$@" -k "aws-kms:$MOTO_KEY" 2> log; }
            open honest-kms.coffer -o one; cmp one honest.data || exit 90
            before=$(requests)
            # The agent of the session has just opened it, and is asked again.
            open honest-kms.coffer -o two; cmp two honest.data || exit 91
            test $(requests) -gt $((before + 1)) || exit 92
            open replaced-kms.coffer -o bad; test $? = 67 || exit 93
            open honest-kms.coffer -o bad -c tenant=blue; test $? = 77 || exit 94
            open honest-kms.coffer -o bad --require-recipient keyfile; test $? = 77 || exit 95
            # One process, in either order.
            for order in 'honest-kms.coffer replaced-kms.coffer' 'replaced-kms.coffer honest-kms.coffer'
            do open $order; test $? = 1 || exit 96; cmp honest-kms honest.data || exit 97
                test ! -e replaced-kms -a ! -e bad || exit 98; rm honest-kms; done
            """
        let outcome = try runner.run(
            Transcript.Step(line: 0, command: services.exports() + script))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private static func make(
        _ arguments: String, _ runner: borrowing TranscriptRunner, exports: String = ""
    ) throws {
        try Confinement.run(
            exports + "coffer key create -q --file key; coffer key create -q --file other; "
                + "\(Confinement.python) -B \"$TRANSCRIPTS/../two-plaintexts.py\" \(arguments)",
            0, runner)
    }
}
