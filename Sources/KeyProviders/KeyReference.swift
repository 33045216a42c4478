package import FileIO

/// A key as a person names it: a URI on the command line, in a keys file or in the configuration.
///
///     keyfile:PATH[#NAME]   passphrase:   alias/NAME   key/ID   ID   arn:aws:kms:…
///     recovery:age1pq1…   recovery:PATH   recovery:
///     aws-kms:ARN-or-alias   vault:MOUNT/KEY   pkcs11:token=…;object=…   plugin:NAME/KEY
///
/// The name of a key file follows the last `#`; a path that has one itself gets another behind it.
/// A file of a recovery key whose name begins with `age1` is written `./age1…`.
package enum KeyReference: Hashable, Sendable {
    /// A key of the configured key service: an alias, an id or an ARN.
    case keyService(String)
    /// A key file; containers know it by `name`, or by one derived from the key.
    case keyFile(FilePath, name: [UInt8]?)
    /// `keyfile:#NAME`: a key file of which only the name is known, to remove a recipient.
    case keyFileName([UInt8])
    case passphrase
    case recovery(RecoverySource)
    /// Several of which some are enough.
    case group(KeyGroup)

    package enum RecoverySource: Hashable, Sendable {
        case recipient(RecoveryRecipient)
        /// A file with the secret half, or to encrypt to with the public one.
        case file(FilePath)
        /// The secret half as somebody types it.
        case prompt
    }
    /// A key that the agent or a plug-in reaches, with its scheme.
    case agent(uri: String)

    /// Parses what came through ``ArgumentBytes``. Relative paths are seen from `directory`, by
    /// default from where the program was started.
    package init(
        argument: String, directory: FilePath? = nil
    ) throws(KeyReferenceError) {
        let bytes = ArgumentBytes.decode(argument)
        guard !bytes.isEmpty else { throw .empty }
        guard !Self.holdsSecret(bytes) else { throw .secretInReference }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            self = .keyService(try Self.keyServiceName(argument))
            return
        }
        let rest = Array(bytes[(colon + 1)...])
        switch String(decoding: bytes[..<colon], as: UTF8.self) {
        case "keyfile": self = try Self.keyFile(rest, directory)
        case "passphrase":
            // Never on the command line, where every process of the machine can read it.
            guard rest.isEmpty else { throw .passphraseInReference }
            self = .passphrase
        case "recovery": self = .recovery(try Self.recovery(rest, directory))
        case "arn": self = .keyService(argument)
        case "aws-kms", "vault", "pkcs11", "plugin": self = try Self.agentKey(argument, rest)
        default: throw .unknownScheme(argument)
        }
    }

    private static func keyFile(
        _ rest: [UInt8], _ directory: FilePath?
    ) throws(KeyReferenceError) -> KeyReference {
        var path = rest
        var name: [UInt8]?
        if let mark = rest.lastIndex(of: UInt8(ascii: "#")) {
            path = Array(rest[..<mark])
            name = Array(rest[(mark + 1)...])
            if name?.isEmpty == true { name = nil }
        }
        if path.isEmpty {
            guard let name else { throw .noKeyFilePath }
            return .keyFileName(name)
        }
        let given = FilePath(bytes: path)
        return .keyFile(directory?.appending(component: given) ?? given, name: name)
    }

    /// Never on the command line, where every process of the machine can read it.
    private static func holdsSecret(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).uppercased().contains(RecoveryIdentity.secretMark)
    }

    private static func recovery(
        _ rest: [UInt8], _ directory: FilePath?
    ) throws(KeyReferenceError) -> RecoverySource {
        if rest.isEmpty { return .prompt }
        guard String(decoding: rest.prefix(4), as: UTF8.self).lowercased() == "age1" else {
            let given = FilePath(bytes: rest)
            return .file(directory?.appending(component: given) ?? given)
        }
        do throws(RecoveryTextError) {
            return .recipient(try RecoveryRecipient(text: rest))
        } catch { throw .notARecoveryRecipient(error) }
    }

    private static func agentKey(
        _ text: String, _ rest: [UInt8]
    ) throws(KeyReferenceError) -> KeyReference {
        // Control characters have no place in any of them, and would go into requests.
        guard !rest.isEmpty, rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .unknownScheme(text)
        }
        let isVault = text.hasPrefix("vault:")
        if isVault, !rest.dropFirst().dropLast().contains(UInt8(ascii: "/")) {
            throw .unknownScheme(text)
        }
        if text.hasPrefix("plugin:"), PluginKey(uri: text) == nil {
            throw .notAPluginKey(text)
        }
        // As every process of the machine can read it there.
        if text.hasPrefix("pkcs11:"), text.contains("pin-value") { throw .pinInReference }
        return .agent(uri: text)
    }

    /// Whether it names a PKCS#11 module, which only the command line and a configuration file that
    /// others cannot write may do.
    package var namesModule: Bool {
        guard case .agent(let uri) = self, uri.hasPrefix("pkcs11:") else { return false }
        return uri.contains("module-path") || uri.contains("module-name")
    }

    /// Aliases and ids only; anything else is more likely a path without `keyfile:`.
    private static func keyServiceName(_ text: String) throws(KeyReferenceError) -> String {
        for prefix in ["alias/", "key/"] where text.utf8.starts(with: prefix.utf8) {
            guard text.utf8.count > prefix.utf8.count else { throw .unknownScheme(text) }
            return text
        }
        guard isIdentifier(text) else { throw .unknownScheme(text) }
        return text
    }

    /// 8-4-4-4-12 hex digits, or a multi-region `mrk-` id.
    private static func isIdentifier(_ text: String) -> Bool {
        if text.utf8.starts(with: "mrk-".utf8) { return true }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}

/// Why a text names no key that this version can use.
package enum KeyReferenceError: Error, Equatable, Sendable {
    case empty
    case unknownScheme(String)
    case noKeyFilePath
    case passphraseInReference
    /// The secret half of a recovery key.
    case secretInReference
    case notARecoveryRecipient(RecoveryTextError)
    /// No key of such a kind is in it.
    case notARecoveryFile(FilePath)
    case severalRecoveryKeys(FilePath)
    case recoveryFileWrong(FilePath, RecoveryTextError)
    case group(name: String, KeyGroup.Problem)
    case pinInReference
    case notAPluginKey(String)
    /// Neither 32 bytes nor 64 hex digits.
    case notAKeyFile(FilePath)
    case keyFileUnreadable(FileError)
    case keyNotUsable(FilePath)
}
