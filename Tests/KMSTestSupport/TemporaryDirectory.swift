internal import Foundation

/// A directory of its own for one test, 0700, removed with everything in it.
package final class TemporaryDirectory: Sendable {
    /// Without a trailing slash.
    package let text: String

    package init() {
        text =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-test-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(
                atPath: text, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        } catch {
            preconditionFailure("test: no temporary directory: \(error)")
        }
    }

    deinit {
        // What a test made unreadable is left to the system's own cleaning.
        try? FileManager.default.removeItem(atPath: text)
    }

    package var path: [UInt8] { Array(text.utf8) }

    package func path(of name: String) -> [UInt8] { Array("\(text)/\(name)".utf8) }
}
