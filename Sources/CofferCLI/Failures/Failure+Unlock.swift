import ContainerFormat
import FileIO
import KeyProviders

extension Failure {
    /// No recipient could be opened: one line about each, and what would help most.
    init(_ error: UnlockFailure, file: FileName?) {
        let name = file?.displayText ?? "the container"
        let rows = error.lines.map(RecipientTable.Row.init)
        func any(_ result: UnlockFailure.Result) -> Bool {
            error.lines.contains { $0.result == result }
        }
        switch error.code {
        case .unreachable:
            self.init(
                .unreachable, "the key service for \(name) cannot be reached", file: file,
                hints: ["try again later"], isRetryable: true)
        case .denied:
            let isKeyService = error.lines.contains { line in
                if case .denied = line.result { true } else { false }
            }
            self.init(
                .denied, "the key service refused to open \(name)", file: file,
                hints: [
                    isKeyService
                        ? "look at the key with 'coffer key describe'"
                        : "the table says what to do about each key"
                ])
        case .configuration:
            let reason = error.lines.lazy.compactMap { line in
                if case .agent(let reason) = line.result, reason.code == .configuration {
                    Failure(reason, key: line.provider)
                } else {
                    nil
                }
            }.first
            self.init(
                .config, "\(name): \(reason?.message ?? "a key is wrongly configured")", file: file,
                hints: reason?.hints ?? [])
        case .keystore:
            let reason = error.lines.lazy.compactMap { line in
                if case .keystore(let reason) = line.result { Failure(reason) } else { nil }
            }.first
            self.init(
                reason?.code ?? .keystore,
                "\(name): \(reason?.message ?? "the keystore cannot be used")", file: file,
                hints: reason?.hints ?? [], isRetryable: reason?.isRetryable ?? false)
        case .limit:
            self.init(
                .limit, "the passphrase of \(name) costs more memory than allowed here",
                file: file, hints: ["open it with another recipient's key"])
        case .engine:
            self.init(
                .internal, "a key could not be used to open \(name)", file: file,
                hints: ["please report this with 'coffer version --json'"])
        case .noKey:
            let isWrongSecret = any(.notOpened) || any(.notThisKey)
            self.init(
                .noKey,
                isWrongSecret
                    ? "the key or passphrase does not open \(name)" : "no key here opens \(name)",
                file: file,
                hints: isWrongSecret
                    ? ["check key, key file or passphrase; a changed container looks the same"]
                    : [Self.missingKey(error)])
        }
        recipients = rows
    }

    private static func missingKey(_ error: UnlockFailure) -> String {
        error.lines.allSatisfy { $0.stanza.knownType == .awsKMS }
            ? "the keys are in another keystore: 'coffer key restore FILE' brings a backup of it here"
            : "name one of these recipients' keys with -k"
    }
}
