import Foundation
import Testing

/// Programs that open one token of SoftHSM2 at once, each with an agent that has just begun.
@Suite(
    "Many agents",
    .enabled(if: KeyServices.isPossible, Comment(rawValue: KeyServices.missing)))
struct ManyAgentsTests {
    private static let decrypt = "coffer decrypt -q a.coffer -o - -k '\(KeyServices.tokenKey)'"

    private func run(_ command: String, _ status: Int32) throws {
        let services = try KeyServices(["softhsm"])
        let prepare = """
            head -c 1000 /dev/urandom > data
            coffer encrypt -q --no-offline-advice data -o a.coffer -k '\(KeyServices.tokenKey)' \
            || exit 90

            """
        let outcome = try TranscriptRunner().run(
            Transcript.Step(line: 0, command: services.exports() + prepare + command))
        #expect(outcome.status == status, "\(outcome.output)\n\(outcome.errors)")
    }

    @Test("Twenty programs that begin at the same time all open it, again and again")
    func twenty() throws {
        try run(
            """
            for round in 1 2 3 4 5
            do
                jobs=()
                for n in {1..20}; do \(Self.decrypt) | cmp - data & jobs+=($!); done
                for job in ${jobs[@]}; do wait $job || exit 91; done
            done
            """, 0)
    }

    @Test("A wrong PIN is refused to each, and told to the module once, for two keys too")
    func wrongPIN() throws {
        let spy = KeyServices.tokenKey.replacing(
            "/usr/lib/softhsm/libsofthsm2.so", with: "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so")
        let byID = spy.replacing("object=backup", with: "id=%01")
        try run(
            """
            export PKCS11SPY=/usr/lib/softhsm/libsofthsm2.so
            jobs=()
            for n in {1..8}
            do
                COFFER_PIN=9999 PKCS11SPY_OUTPUT=$PWD/$n.calls \
                    coffer decrypt a.coffer -o - -k '\(spy)' -k '\(byID)' 2> $n.log &
                jobs+=($!)
            done
            for job in ${jobs[@]}; do wait $job; test $? = 77 || exit 91; done
            for n in {1..8}
            do
                grep -q "the PIN of token 'office' is wrong" $n.log || exit 92
                test $(grep -c C_Login $n.calls) = 1 || exit 93
            done
            \(Self.decrypt) | cmp - data
            """, 0)
    }
}
