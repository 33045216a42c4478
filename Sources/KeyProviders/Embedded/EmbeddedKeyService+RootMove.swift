internal import AuditLog
internal import KMSDomain
internal import KMSService
internal import KMSStore

/// How a keystore's root is kept.
package enum RootKeeping: Equatable, Sendable {
    case file
    case passphrase
    case token(RootTokenName)
}

extension EmbeddedKeyService {
    /// Moves the keystore to a fresh root: all key material is sealed under it, with every container
    /// opening as before. Killed at any moment, the keystore has its old root or its new one.
    ///
    /// Others who have the keystore open are refused from then on, and so is this object: close it.
    package func moveRoot(to new: borrowing NewRoot) throws(EmbeddedKeyServiceError) {
        do {
            let place = try KeystoreDirectory(opening: directory)
            try place.lock()
            // What a stopped process left, this one included.
            _ = try RootMove.settleLocked(place, store)
            var written: AuditEvent?
            do {
                let made = try KeystoreRoot.make(new, in: place, file: RootMove.unfinished)
                try place.synchronize()
                let settings = RootMove.Settings(
                    check: try KeystoreIdentity.check(made, in: store),
                    auditKey: try KeystoreAuditKey.sealed(auditKey, under: made),
                    fileDigest: try RootKeyFile.digest(of: RootMove.unfinished, in: place))
                var record = event("MoveRoot", isReadOnly: false)
                record.parameters = Self.parameters(of: new)
                try boundStore.write { store in
                    try RootMove.reseal(store, from: root, to: made, settings: settings)
                    try audit.append(record, durably: true)
                    written = record
                }
            } catch {
                // Whether it was committed, the store knows.
                _ = try RootMove.settleLocked(place, store)
                if var record = written {
                    record.failure = AuditEvent.Failure(code: "KMSInternalException", message: nil)
                    try audit.append(record, durably: true)
                }
                throw error
            }
            _ = try RootMove.settleLocked(place, store)
            place.unlock()
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    private static func parameters(of new: borrowing NewRoot) -> [AuditField] {
        switch new {
        case .file: [AuditField("root", .text("file"))]
        case .passphrase: [AuditField("root", .text("passphrase"))]
        case .token(let name, _):
            [
                AuditField("root", .text(name.isIsolated ? "isolated" : "token")),
                AuditField("token", .text(name.uri)),
            ]
        }
    }

    /// Whether the root is anything but open in its file.
    package func isRootSealed() throws(EmbeddedKeyServiceError) -> Bool {
        try Self.rootKeeping(in: directory) != .file
    }

    /// How the root of the keystore in `directory` is kept; nothing is opened.
    package static func rootKeeping(
        in directory: [UInt8]
    ) throws(EmbeddedKeyServiceError) -> RootKeeping {
        switch try RootKeyFile.read(from: KeystoreDirectory(opening: directory)) {
        case .plain: .file
        case .sealed: .passphrase
        case .token(let file): .token(file.name)
        }
    }
}
