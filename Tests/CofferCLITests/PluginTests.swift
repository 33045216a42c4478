import Foundation
import Testing

/// Plug-ins, of which the one of these tests is Python's own reading of the protocol (plugin.py).
@Suite(
    "Plug-ins", .enabled(if: Confinement.isPossible, "needs strace, and a Python with cryptography")
)
struct PluginTests {
    private static let setUp = """
        (echo "#!$(command -v \(Confinement.python))"; cat "$TRANSCRIPTS/../plugin.py") > plug
        chmod 755 plug; echo data > data; mkdir -p .config/coffer; umask 022
        printf '{"plugins": {"test": "%s", "gone": "/nowhere/plug"}}' "$PWD/plug" \
            > .config/coffer/config.json
        """

    @Test(
        "A container is made, opened, rewrapped and drilled with a plug-in's key",
        arguments: ["a", "generating", "a/b"])
    func roundTrip(key: String) throws {
        let runner = try Self.runner()
        for command in [
            "coffer encrypt -q -k plugin:test/\(key) data -o a.coffer",
            "coffer decrypt -q -k plugin:test/\(key) a.coffer -o out; cmp data out",
            "coffer inspect a.coffer | grep -q vault",
            "coffer key create -q --file k; coffer rewrap a.coffer -k plugin:test/\(key) --add-key keyfile:k",
            "coffer verify -q --each-key --all a.coffer -k keyfile:k -k plugin:test/\(key)",
            "coffer rewrap a.coffer -k keyfile:k --remove-key plugin:test/\(key)",
            "coffer decrypt -q -f -k keyfile:k a.coffer -o out; cmp data out",
        ] { try Confinement.run(command, 0, runner) }
        try Confinement.run("coffer decrypt -q -k plugin:test/\(key) a.coffer -o -", 67, runner)
        try Confinement.run("coffer decrypt -q -k plugin:test/other a.coffer -o -", 67, runner)
    }

    @Test("Paths in variables are absolute when they come to a plug-in or agent")
    func paths() throws {
        try Confinement.run(
            """
            export AWS_CONFIG_FILE=~/config AWS_SHARED_CREDENTIALS_FILE='~/.aws/credentials'
            export AWS_CA_BUNDLE=ca.pem VAULT_CACERT=./ca.pem BAO_CACERT=../ca.pem
            export VAULT_CLIENT_CERT=a/b BAO_CLIENT_CERT='x y' VAULT_CLIENT_KEY=. BAO_CLIENT_KEY=~x
            export VAULT_SECRET_ID_FILE=/a VAULT_K8S_TOKEN_PATH=token
            coffer encrypt -q -k plugin:test/all-paths data -o a.coffer
            """, 0, Self.runner())
    }

    @Test("A plug-in asks for a PIN as a token does")
    func pin() throws {
        let runner = try Self.runner()
        let command = "coffer encrypt -q -k plugin:test/pin-a data -o a.coffer"
        try Confinement.run(command, 77, runner)
        try Confinement.run("COFFER_PIN=9 " + command, 77, runner)
        try Confinement.run("COFFER_PIN=1234 " + command, 0, runner)
    }

    @Test(
        "A plug-in that dies, hangs or lies is an ordinary error",
        arguments: [
            ("die", 69, "ended"), ("hang", 69, "in time"), ("lie-type", 69, "is none"),
            ("lie-type-unknown", 69, "is none"), ("lie-id", 69, "is none"),
            ("lie-form", 69, "is none"), ("lie-answer", 69, "is none"), ("denied", 77, "policy"),
            ("unknown", 67, "no key"), ("crash-always", 69, "ended"),
            ("engine", 70, "failed: a contradiction"),
        ] as [(String, Int32, String)])
    func misbehaving(key: String, status: Int32, words: String) throws {
        let runner = try Self.runner()
        let step = Transcript.Step(
            line: 0, command: "coffer encrypt -k plugin:test/\(key) data -o a.coffer")
        let outcome = try runner.run(step)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains { $0.contains(words) }, "\(outcome.errors)")
        #expect(try !runner.files().contains("a.coffer"))
    }

    @Test("A plug-in that gives another key than was wrapped opens nothing")
    func lyingSecret() throws {
        let runner = try Self.runner()
        try Confinement.run(
            "coffer encrypt -q -k plugin:test/lie-secret data -o a.coffer", 0, runner)
        try Confinement.run("coffer decrypt -k plugin:test/lie-secret a.coffer -o -", 67, runner)
    }

    @Test("A contradiction in a plug-in is 70 to who opens as to who makes a container")
    func engine() throws {
        let runner = try Self.runner()
        try Confinement.run("coffer encrypt -q -k plugin:test/half data -o a.coffer", 0, runner)
        let step = Transcript.Step(
            line: 0, command: "coffer decrypt -k plugin:test/half a.coffer -o -")
        let outcome = try runner.run(step)
        #expect(outcome.status == 70)
        #expect(
            outcome.errors.contains { $0.contains("the plug-in failed: a contradiction") },
            "\(outcome.errors)")
    }

    @Test("The PIN of a descriptor is there for the agent after one that crashed, too")
    func crashWithPIN() throws {
        let runner = try Self.runner()
        try Confinement.run("for n in 1 2 3; do cp data $n; done", 0, runner)
        let encrypt = "coffer encrypt -q --pin-fd 5 -k plugin:test/crash-pin 1 2 3"
        try Confinement.run(encrypt + " 5< <(echo 1234)", 0, runner)
        try Confinement.run("test -e crashed && ls 3.coffer", 0, runner)
        try Confinement.run("rm *.coffer; " + encrypt + " 5< <(echo 9)", 77, runner)
    }

    @Test("One crash in a run of many files fails none of them")
    func crash() throws {
        let runner = try Self.runner()
        try Confinement.run("for n in 1 2 3; do cp data $n; done", 0, runner)
        try Confinement.run("coffer encrypt -q -k plugin:test/crash-once 1 2 3", 0, runner)
        try Confinement.run("test -e crashed", 0, runner)
        try Confinement.run("coffer decrypt -q -f -k plugin:test/crash-once *.coffer", 0, runner)
    }

    @Test(
        "A plug-in, or its configuration, that others can change is not started",
        arguments: [
            "chmod o+w plug", "chmod g+w plug", "chmod 777 .",
            "chmod 666 .config/coffer/config.json",
            "mkdir -m 777 open; mv plug open; ln -s open/plug plug",
            "mv plug real; mkdir -m 777 open; ln -s ../real open/mid; ln -s open/mid plug",
            "chmod -x plug", "rm plug", "rm plug; mkdir plug", "rm plug; ln -s plug plug",
        ])
    func writable(change: String) throws {
        let runner = try Self.runner()
        try Confinement.run(change + "; true", 0, runner)
        let calls = try Confinement.trace(
            "coffer encrypt -k plugin:test/a data -o a.coffer 2> errors", 78, runner)
        #expect(calls.lines.filter { $0.contains("execve(") }.count == 1)
        #expect(try !runner.files().contains("a.coffer"))
    }

    @Test(
        "age plugin path: a key, a set or the environment that names a path starts nothing",
        arguments: [
            ("coffer encrypt -k plugin:../../plug/a data -o a.coffer", 64),
            ("coffer encrypt -k plugin:$PWD/plug data -o a.coffer", 64),
            ("coffer encrypt -k plugin:./plug/a data -o a.coffer", 64),
            ("coffer encrypt -k plugin:plug/a data -o a.coffer", 78),
            ("coffer encrypt -k plugin:plug data -o a.coffer", 64),
            ("coffer encrypt -k plugin:TEST/a data -o a.coffer", 64),
            ("coffer encrypt -k plugin:gone/a data -o a.coffer", 78),
            ("env COFFER_KEYS=plugin:../plug/a coffer encrypt data -o a.coffer", 64),
            ("env COFFER_KEYS=plugin:other/a coffer encrypt data -o a.coffer", 78),
        ] as [(String, Int32)])
    func agePluginPath(command: String, status: Int32) throws {
        let runner = try Self.runner()
        // What a path, or PATH, could lead to.
        try Confinement.run(
            "mkdir -p bin; for n in plug coffer-plugin-other age-plugin-other; do cp plug bin/$n; done",
            0, runner)
        let calls = try Confinement.trace(
            "env PATH=$PWD/bin:$PATH " + command + " 2> errors", status, runner)
        let programs = calls.lines.filter { $0.contains("execve(") }
            .compactMap { $0.split(separator: "\"").dropFirst().first }
        #expect(programs.count > 1 && programs.allSatisfy { !$0.contains("plug") })
    }

    @Test("age plugin path: a container that names plug-ins starts none, whatever is configured")
    func container() throws {
        let runner = try Self.runner()
        try Confinement.run(
            "coffer key create -q --file key; "
                + "\(Confinement.python) \"$TRANSCRIPTS/../foreign-recipients.py\" key", 0, runner)
        for (command, status) in [
            ("coffer decrypt -q -k keyfile:key mixed.coffer -o out", 0),
            ("coffer inspect mixed.coffer foreign.coffer", 0),
            ("coffer verify -q -k keyfile:key -k plugin:test/a mixed.coffer", 0),
        ] as [(String, Int32)] {
            let calls = try Confinement.trace(command + " > words 2>&1", status, runner)
            #expect(calls.lines.filter { $0.contains("execve(") }.count == 1, "\(command)")
        }
    }

    private static func runner() throws -> TranscriptRunner {
        let runner = try TranscriptRunner()
        try Confinement.run(setUp, 0, runner)
        return runner
    }
}
