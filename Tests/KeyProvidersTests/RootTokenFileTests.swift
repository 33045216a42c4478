import Testing

@testable import KeyProviders

/// `root.key` of a keystore whose root is on a token.
@Suite struct RootTokenFileTests {
    private static let uri = "pkcs11:token=hsm;object=coffer"

    private func file(isolated: Bool) throws -> RootTokenFile {
        RootTokenFile(
            name: try #require(RootTokenName(uri: Self.uri, isIsolated: isolated)),
            identity: Array("0123:ab".utf8),
            sealed: isolated ? [] : [2] + [UInt8](repeating: 7, count: 40))
    }

    @Test("It is read as it was written, and in no other length", arguments: [false, true])
    func roundTrip(isolated: Bool) throws {
        let file = try file(isolated: isolated)
        let bytes = file.bytes
        #expect(RootTokenFile(bytes) == file)
        for count in 0..<bytes.count { #expect(RootTokenFile(Array(bytes[..<count])) == nil) }
        #expect(RootTokenFile(bytes + [0]) == nil)
        // A root's length is never that of a file that is none.
        #expect(bytes.count > 32)
    }

    @Test("Its bytes are those of the specification")
    func layout() throws {
        let expected =
            Array("COFR".utf8) + [2, 2, 0, 30] + Array(Self.uri.utf8) + [0, 7]
            + Array("0123:ab".utf8) + [0, 0]
        #expect(try file(isolated: true).bytes == expected)
    }

    @Test("A sealed root where the token holds it, or none where it does not, is refused")
    func contradiction() throws {
        var bytes = try file(isolated: true).bytes
        bytes[5] = 1
        #expect(RootTokenFile(bytes) == nil)
        bytes = try file(isolated: false).bytes
        for kind in [0, 2, 3] as [UInt8] {
            bytes[5] = kind
            #expect(RootTokenFile(bytes) == nil)
        }
    }

    @Test(
        "A URI that says which module to load, where a PIN is, or too little is no name",
        arguments: [
            "pkcs11:token=hsm;object=k?module-path=/tmp/x.so", "pkcs11:token=hsm;object=k?",
            "pkcs11:token=hsm;object=k;module-path=/tmp/x.so",
            "pkcs11:token=hsm;object=k;pin-value=1",
            "pkcs11:token=hsm;object=k;pin-source=/tmp/p", "pkcs11:token=hsm;object=k;slot-id=1",
            "pkcs11:object=k", "pkcs11:token=hsm", "pkcs11:", "vault:test/a", "",
            "pkcs11:token=a;token=b;object=k", "pkcs11:token=;object=k",
            "pkcs11:token=a b;object=k",
            "pkcs11:token=a;object=k;", "pkcs11:token=a;object=k\n", "pkcs11:token=a;object=ü",
            "pkcs11:token=a;object=" + String(repeating: "k", count: 1024),
        ])
    func refused(uri: String) {
        #expect(RootTokenName(uri: uri, isIsolated: true) == nil)
        #expect(RootTokenName(uri: uri, isIsolated: false) == nil)
    }

    @Test("How the command line reaches a token is not kept, and isolation takes the key's name")
    func reference() {
        let kept = RootTokenName(
            reference: Self.uri + "?module-path=/x.so&pin-source=/p", isIsolated: true)
        #expect(kept?.uri == Self.uri)
        #expect(RootTokenName(uri: "pkcs11:serial=1;id=%01", isIsolated: false) != nil)
        #expect(RootTokenName(uri: "pkcs11:serial=1;id=%01", isIsolated: true) == nil)
    }
}
