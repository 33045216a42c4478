import CofferConfiguration
import Envelope
import Glibc
import KMSDomain
import KeyProviders
import Testing

@testable import CofferCLI

/// Codes that no session can bring about.
@Suite struct FailureTests {
    private struct Unforeseen: Error, CustomStringConvertible {
        let description = "a\u{1B}b"
    }

    @Test("What no room declares is our bug: 70, safe to print, with whom to tell")
    func unforeseen() {
        let failure = Failure(explaining: Unforeseen())
        #expect(failure.code == .internal)
        #expect(failure.code.exitCode == 70)
        #expect(failure.message.hasPrefix("internal error: "))
        #expect(failure.message.contains("\\x1B") && !failure.message.contains("\u{1B}"))
        #expect(failure.hints.contains { $0.contains("coffer version --json") })
    }

    @Test("Each code has the exit code of the documentation")
    func exitCodes() {
        let documented: [Int32: [FailureCode]] = [
            1: [.partial], 64: [.usage],
            65: [
                .truncated, .trailing, .auth, .frame, .index, .header, .headerMAC, .preamble,
                .zstd, .armor, .metadata, .archive,
            ],
            66: [.input], 67: [.noKey], 69: [.unreachable], 70: [.internal], 73: [.output],
            74: [.io, .producer], 76: [.magic, .version, .unsupported], 77: [.denied, .context],
            78: [.config, .limit, .keystore], 141: [.brokenPipe],
        ]
        for code in FailureCode.allCases {
            #expect(documented[code.exitCode]?.contains(code) == true, "\(code)")
        }
    }

    @Test(
        "A keystore that is full is 74, one that is not to be written 78, whichever file it is",
        arguments: [
            (ENOSPC, FailureCode.io), (EDQUOT, .io), (EIO, .io), (EROFS, .keystore),
            (EACCES, .keystore), (EPERM, .keystore), (ENAMETOOLONG, .keystore),
        ])
    func keystoreFiles(number: Int32, code: FailureCode) {
        let isFull = number == ENOSPC || number == EDQUOT
        for (error, file) in [
            (
                EmbeddedKeyServiceError.audit(.cannotAccess(operation: "write", errno: number)),
                "audit log"
            ),
            (.cannotAccess(file: "root.key", operation: "open", errno: number), "root.key"),
        ] {
            let failure = Failure(explaining: error)
            #expect(failure.code == code)
            #expect(failure.message.contains(file))
            #expect(failure.message.contains("no space left") == isFull)
        }
    }

    @Test(
        "What SQLite cannot do with the keystore says which file, and why where that is known",
        arguments: [
            (KeyStoreError.noSpace, 74, "no space left for the keystore"),
            (
                .notWritable(file: "keys.sqlite-wal", errno: EACCES), 78,
                "the keystore's keys.sqlite-wal cannot be written: permission denied"
            ),
            (
                .notWritable(file: ".", errno: EROFS), 78,
                "the keystore's directory cannot be written: read-only file system"
            ),
            (.readOnly, 78, "the keystore's keys.sqlite cannot be written"),
            (.cannotOpen, 78, "the keystore's keys.sqlite cannot be opened"),
            (
                .inputOutput(code: 266), 74,
                "reading or writing the keystore's keys.sqlite failed (SQLite: 266)"
            ),
            (
                .cannotAccess(operation: "open", errno: ENAMETOOLONG), 78,
                "the keystore's keys.sqlite: open failed: file name too long"
            ),
            (
                .cannotAccess(operation: "pread", errno: EIO), 74,
                "the keystore's keys.sqlite: pread failed: input/output error"
            ),
            (.locked, 69, "the keystore is busy: another process holds it"),
            (.damaged(detail: "m"), 78, "the keystore is damaged: m"),
            (
                .failed(code: 4, detail: "m"), 78,
                "the keystore's keys.sqlite: SQLite failed with code 4: m"
            ),
        ])
    func keystoreDatabase(error: KeyStoreError, exitCode: Int32, message: String) {
        let failure = Failure(explaining: EmbeddedKeyServiceError.store(error))
        #expect(failure.code.exitCode == exitCode)
        #expect(failure.message == message)
    }

    @Test("The configuration takes as many threads as there may be workers")
    func threads() {
        #expect(Defaults.threadCounts == 0...WorkerCount.largest)
    }
}
