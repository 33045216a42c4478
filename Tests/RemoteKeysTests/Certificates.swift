import Foundation

/// A certificate authority and what it signed: `ca`, `server` for 127.0.0.1, `elsewhere` for
/// another host and `client`, each as `.crt` and `.key`.
enum Certificates {
    static func make(in folder: URL) throws {
        try openssl(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca "
                + "-addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.crt")
        for (name, extensions) in [
            ("server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"),
            ("elsewhere", "subjectAltName=DNS:elsewhere.test\nextendedKeyUsage=serverAuth\n"),
            ("client", "subjectAltName=DNS:client.test\nextendedKeyUsage=clientAuth\n"),
        ] {
            try Data(extensions.utf8).write(to: folder.appendingPathComponent(name + ".ext"))
            try openssl(
                folder,
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name).test "
                    + "-keyout \(name).key -out \(name).csr")
            try openssl(
                folder,
                "x509 -req -in \(name).csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 "
                    + "-extfile \(name).ext -out \(name).crt")
        }
    }

    private static func openssl(_ folder: URL, _ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Missing() }
    }
}
