internal import Foundation

/// NSS's softokn with a database of its own, registered as p11-kit does: the module wants to be
/// told its folder when it is initialised.
package enum SoftNSS {
    package static let pin = "1234"
    package static let label = "NSS Certificate DB"
    package static let moduleName = "softokn"

    /// A folder with `softokn.module`, made anew.
    package static func registration() throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-nss-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let pinFile = folder.appendingPathComponent("pin").path
        try Data(pin.utf8).write(to: URL(fileURLWithPath: pinFile))
        try Command.run("certutil", ["-N", "-d", "sql:\(folder.path)", "-f", pinFile])
        let reserved =
            "configdir='sql:\(folder.path)' certPrefix='' keyPrefix='' secmod='secmod.db' flags="
        try Data(
            """
            # softokn, with a folder
            module: /usr/lib/x86_64-linux-gnu/libsoftokn3.so
            x-init-reserved: \(reserved)

            """.utf8
        ).write(to: folder.appendingPathComponent("\(moduleName).module"))
        return folder.path
    }
}
