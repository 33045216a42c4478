internal import Foundation
internal import Glibc
internal import Synchronization

/// A software TPM, and tpm2-pkcs11 with one token on it: RSA keys only, no key wrap, no GCM.
///
/// One for each process: the module reads where it is when it is loaded.
package final class SoftTPM: Sendable {
    package static let module = "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so"
    package static let pin = "1234"
    package static let label = "coffer-tpm"

    package let folder: String
    private let port: UInt16
    private let process: Mutex<Process?> = Mutex(nil)

    package init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-tpm-\(UUID().uuidString)")
        folder = url.path
        for name in ["state", "store"] {
            try FileManager.default.createDirectory(
                at: url.appendingPathComponent(name), withIntermediateDirectories: true,
                // swtpm_setup, run by root, becomes another user.
                attributes: [.posixPermissions: geteuid() == 0 ? 0o777 : 0o700])
        }
        port = try Self.freePort()
        try Command.run(
            "swtpm_setup", ["--tpm2", "--tpmstate", "\(folder)/state", "--overwrite"])
        unsafe setenv("TPM2_PKCS11_TCTI", "swtpm:host=127.0.0.1,port=\(port)", 1)
        unsafe setenv("TPM2_PKCS11_STORE", "\(folder)/store", 1)
        try start()
        let so = ["--so-pin", "12345678"]
        try tool(["--slot-index", "0", "--init-token", "--label", Self.label] + so)
        try tool(
            ["--token-label", Self.label, "--login", "--login-type", "so"] + so
                + ["--init-pin", "--pin", Self.pin])
        try tool(
            login + ["--keypairgen", "--key-type", "rsa:2048", "--label", "rsa", "--id", "02"])
        try tool(
            login + ["--read-object", "--type", "pubkey", "--id", "02", "-o", publicKeyPath])
        // Each of these left objects in the TPM, which has room for three.
        stop()
        try start()
    }

    deinit {
        stop()
        // What swtpm still holds is left to the system's own cleaning.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The public half of the key, in DER.
    package var publicKeyPath: String { "\(folder)/public.der" }

    private var login: [String] { ["--token-label", Self.label, "--login", "--pin", Self.pin] }

    private func tool(_ arguments: [String]) throws {
        try Command.run(
            "pkcs11-tool", ["--module", Self.module] + arguments)
    }

    private func start() throws {
        let started = try Command.start(
            "swtpm",
            [
                "socket", "--tpm2", "--tpmstate", "dir=\(folder)/state", "--server",
                "type=tcp,port=\(port),bindaddr=127.0.0.1", "--ctrl",
                "type=tcp,port=\(port + 1),bindaddr=127.0.0.1", "--flags",
                "not-need-init,startup-clear",
            ])
        process.withLock { $0 = started }
        for _ in 0..<500 {
            if !Self.isFree(port), !Self.isFree(port + 1) { return }
            usleep(10_000)
        }
        throw Command.Failed(program: "swtpm", output: "does not listen")
    }

    /// Ends the TPM, as if it were pulled out.
    package func stop() {
        process.withLock { process in
            guard let running = process else { return }
            kill(running.processIdentifier, SIGKILL)
            running.waitUntilExit()
            process = nil
        }
    }

    /// Two ports in a row that nobody listens on now.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<30_000)
            if isFree(port), isFree(port + 1) { return port }
        }
        throw Command.Failed(program: "swtpm", output: "no free port")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
