package import Foundation

/// SoftHSM2 with tokens in a folder of this process. The module reads its configuration once, so
/// there is one for all tests; each makes what it needs in a token of its own, before it opens it.
package enum SoftToken {
    package static let module = "/usr/lib/softhsm/libsofthsm2.so"
    package static let pin = "1234"
    /// Tokens that exist before the module is loaded: it looks for others only then.
    package static let labels = (0..<40).map { "coffer-\($0)" }

    /// Removed by the system's cleaning: the module keeps using it until the process ends.
    package static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-softhsm-\(UUID().uuidString)")
        let tokens = folder.appendingPathComponent("tokens")
        do {
            try FileManager.default.createDirectory(
                at: tokens, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let configuration = folder.appendingPathComponent("softhsm2.conf")
            try Data(
                """
                directories.tokendir = \(tokens.path)
                objectstore.backend = file
                log.level = ERROR
                slots.removable = false
                slots.mechanisms = ALL
                library.reset_on_fork = false

                """.utf8
            ).write(to: configuration)
            unsafe setenv("SOFTHSM2_CONF", configuration.path, 1)
            for label in labels { try make(label) }
        } catch {
            preconditionFailure("test: SoftHSM2: \(error)")
        }
        return folder
    }()

    /// The label of a token that no other test uses.
    package static func prepare(_ number: Int) -> String {
        _ = folder
        return labels[number]
    }

    /// One more, which a module that is loaded already does not see.
    package static func add(_ label: String) throws {
        _ = folder
        try make(label)
    }

    private static func make(_ label: String) throws {
        try Command.run(
            "softhsm2-util",
            ["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin])
    }

    /// pkcs11-tool with the token, in a process of its own.
    @discardableResult
    package static func tool(_ label: String, _ arguments: [String]) throws -> String {
        _ = folder
        return try Command.run(
            "pkcs11-tool",
            ["--module", module, "--token-label", label, "--login", "--pin", pin] + arguments)
    }
}
