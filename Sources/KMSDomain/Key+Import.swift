/// Imported material: the key follows what its versions have.
extension Key {
    /// The current version of a key that has none yet.
    package static let noVersion: VersionID = {
        guard let id = VersionID(bytes: [UInt8](repeating: 0, count: VersionID.byteCount)) else {
            preconditionFailure("key: 16 bytes are no id")
        }
        return id
    }()

    package var importStatus: ImportStatus? {
        if case .importation(let status) = source { status } else { nil }
    }

    /// Takes the first material of all.
    package mutating func takeFirstImport(_ version: VersionID) {
        precondition(currentVersion == Self.noVersion, "key: there is material already")
        currentVersion = version
    }

    /// Brings the state up to the versions: a key whose material comes back is enabled, also one that
    /// was disabled when it went, as at AWS.
    package mutating func followImports(of versions: [KeyVersion]) {
        guard let old = importStatus else {
            preconditionFailure("key: its material is not imported")
        }
        let new = ImportStatus(of: versions)
        source = .importation(new)
        if new.isMissing != old.isMissing, case .disabled = status { status = .enabled }
    }

    /// Whether imported material has to go.
    package func materialExpires(at now: Timestamp) -> Bool {
        importStatus?.nextExpiry.map { $0 <= now } ?? false
    }

    /// What a key's source forbids whatever its state is, or while its material is missing.
    func refusalBySource(of action: KeyAction) -> KeyRefusal? {
        switch (source, action) {
        case (.importation, .changeRotation),
            (.service, .importMaterial), (.service, .deleteMaterial),
            (.customKeyStore, .importMaterial), (.customKeyStore, .deleteMaterial),
            (.customKeyStore, .changeRotation), (.customKeyStore, .rotateOnDemand),
            (.customKeyStore, .replicate),
            (.externalKey, .importMaterial), (.externalKey, .deleteMaterial),
            (.externalKey, .changeRotation), (.externalKey, .rotateOnDemand),
            (.externalKey, .replicate):
            .hasOrigin(source.origin)
        case (.importation(let imports), .useMaterial),
            (.importation(let imports), .rotateOnDemand), (.importation(let imports), .replicate),
            (.importation(let imports), .enable), (.importation(let imports), .disable):
            imports.isMissing && !status.isWaitingForDeletion ? .isPendingImport : nil
        case (.importation, _), (.service, _), (.customKeyStore, _),
            (.externalKey, _):
            nil
        }
    }
}
