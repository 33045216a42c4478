internal import FileIO
internal import KMSWire
internal import SecretMemory

extension VaultClient {
    /// A fresh token, and when it ends: at nine tenths of its life.
    func logIn(
        _ deadline: ContinuousClock.Instant
    ) throws(VaultError) -> (text: String, end: Double?) {
        let path: String
        let body: SecretBytes
        switch settings.login {
        case .token: return (try givenToken(), nil)
        case .appRole(let mount, let roleID, let source):
            path = try Self.loginPath(mount)
            let secretID = try secret(source)
            body = JSONWriter.object { json in
                json.member("role_id", roleID)
                json.member("secret_id", secretText: secretID)
            }
        case .kubernetes(let mount, let role, let file):
            path = try Self.loginPath(mount)
            let token = try secret(.file(file))
            body = JSONWriter.object { json in
                json.member("role", role)
                json.member("jwt", secretText: token)
            }
        case .certificate(let mount, let role):
            path = try Self.loginPath(mount)
            body = JSONWriter.object { $0.member("name", role ?? "") }
        }
        let answer = try send(
            .post, path, token: nil, body: SecretText(body), deadline: deadline)
        guard answer.isSuccess else { throw .denied(answer.message) }
        let (token, seconds) = try answer.read("auth") { auth throws(WireError) in
            (try auth.text("client_token"), try auth.integer("lease_duration"))
        }
        // A lease of 0 is a token that does not end.
        let end = seconds > 0 ? time.now() + Double(seconds) * 0.9 : .infinity
        return (try Self.checked(token), end)
    }

    private static func loginPath(_ mount: String) throws(VaultError) -> String {
        guard VaultKeyName.isPath(mount) else { throw .notSet("VAULT_AUTH_PATH") }
        return "auth/\(mount)/login"
    }

    /// From the environment, or where the command line tool keeps it. It becomes a `String` here, as
    /// headers are strings to the HTTP library.
    private func givenToken() throws(VaultError) -> String {
        if let token = environment.vault("TOKEN") { return try Self.checked(token) }
        guard let home = environment.path("HOME") else { throw .noToken }
        let path = home.appending(component: ".vault-token")
        let text: SecretText
        do throws(FileError) {
            text = SecretText(try SecretInput.content(of: InputFile(path: path), limit: 16384))
        } catch {
            if case .cannotOpen(_, .noSuchFile) = error { throw .noToken }
            throw .unreadable(error)
        }
        guard let token = text.string(text.trimmed(0..<text.count)) else { throw .noToken }
        return try Self.checked(token)
    }

    private static func checked(_ token: String) throws(VaultError) -> String {
        guard !token.isEmpty, token.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .noToken
        }
        return token
    }

    /// Ids and tokens are printable, without what JSON would escape; anything else is none of them.
    private func secret(_ source: VaultLogin.SecretSource) throws(VaultError) -> SecretBytes {
        let text: SecretText
        switch source {
        case .file(let path):
            do throws(FileError) {
                text = SecretText(
                    try SecretInput.content(of: InputFile(path: path), limit: 65536))
            } catch { throw .unreadable(error) }
        case .variable(let name):
            guard let value = environment[name] else { throw .notSet(name) }
            text = SecretText(unsafe SecretBytes(copying: value.span.bytes))
        }
        let range = text.trimmed(0..<text.count)
        guard
            range.allSatisfy({ 0x21...0x7E ~= text[$0] && !"\"\\".utf8.contains(text[$0]) })
        else { throw .noToken }
        return text.secret(range)
    }
}
