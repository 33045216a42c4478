package import SecretMemory

/// One profile of the shared files, with what the credentials file says before what the
/// configuration file says.
package struct AWSProfile: Sendable {
    package let name: String
    private let options: [String: INIFile.Value]

    init(name: String, options: [String: INIFile.Value]) {
        self.name = name
        self.options = options
    }

    /// For what is no secret. Nothing where it is not set, or empty.
    package subscript(option: String) -> String? {
        guard let text = options[option]?.string, !text.isEmpty else { return nil }
        return text
    }

    package func secret(_ option: String) -> SecretBytes? {
        guard let secret = options[option]?.secret, secret.byteCount > 0 else { return nil }
        return secret
    }

    /// Of a section in the profile, such as `s3`.
    package func nested(_ option: String) -> [String: String]? { options[option]?.nested }
}
