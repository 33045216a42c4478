import KMSDomain
import Testing

@testable import KMSServer

/// What a server does while nobody calls.
@Suite("What becomes due", .enabled(if: Daemon.isPossible, "\(Daemon.missing)"))
struct DueWorkTests {
    @Test("Of two idle servers one destroys what has run out, at its time and once")
    func expiry() throws {
        try Daemon.run(
            """
            FIRST=$SERVER; mv log first-log; serve
            "$PYTHON" "$SCRIPTS/expiring.py" 3 > key
            [ "$(grep -c DeleteExpiredKeyMaterial keystore/audit/log.jsonl)" = 0 ] || echo "FAILED: at once"
            for _ in $(seq 600); do
                grep -q DeleteExpiredKeyMaterial keystore/audit/log.jsonl && break; sleep 0.1
            done
            sleep 1
            [ "$(grep -c DeleteExpiredKeyMaterial keystore/audit/log.jsonl)" = 1 ] || echo "FAILED: not once"
            stop; kill $FIRST; wait $FIRST || echo "FAILED: the first"
            check 0 cofferd audit verify
            """)
    }

    @Test("What keys were used for outlives a stop")
    func lastUses() throws {
        try Daemon.run(
            """
            check 0 aws kms encrypt --key-id alias/default --plaintext YQ==
            KEY=$(sed -n 's/.*"KeyId": "\\(.*\\)".*/\\1/p' out)
            stop; serve
            check 0 aws kms get-key-last-usage --key-id "$KEY"; says '"Operation": "Encrypt"'
            """)
    }

    @Test("The wait is until something is due, within bounds, whatever the clock says")
    func waits() {
        let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
        func wait(_ due: Int64) -> Int64 {
            DueWorkTimer.wait(until: Timestamp(millisecondsSince1970: due), now: now)
        }
        #expect(wait(now.millisecondsSince1970 + 7000) == 7000)
        #expect(wait(now.millisecondsSince1970 + 86_400_000) == 10_000)
        #expect(wait(now.millisecondsSince1970 - 5) == 500)
        #expect(wait(.min) == 10_000)
        #expect(wait(.max) == 10_000)
        #expect(DueWorkTimer.wait(until: nil, now: now) == 10_000)
    }
}
