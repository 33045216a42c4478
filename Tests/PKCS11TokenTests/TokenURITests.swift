import PKCS11Token
import Testing

@Suite struct TokenURITests {
    @Test("A URI says which token, which key and which module")
    func parts() throws {
        let uri = try TokenURI(
            "pkcs11:token=my%20hsm;serial=ab12;object=backup;id=%01%ff;type=secret-key"
                + "?module-path=/opt/hsm.so&pin-source=file:/run/pin")
        #expect(uri.tokenLabel == "my hsm")
        #expect(uri.serial == "ab12")
        #expect(uri.object == "backup")
        #expect(uri.id == [1, 255])
        #expect(uri.keyClass == .secretKey)
        #expect(uri.modulePath == "/opt/hsm.so")
        #expect(uri.pinSource == "file:/run/pin")
        #expect(uri.moduleName == nil && uri.model == nil && uri.manufacturer == nil)
    }

    @Test(
        "A URI that names a PIN, a slot, no token, or that is damaged is refused",
        arguments: [
            ("pkcs11:token=x?pin-value=1234", TokenURIError.pinInside),
            ("pkcs11:token=x;slot-id=3", .slotNumber),
            ("pkcs11:object=x", .noToken),
            ("pkcs11:token=x;type=cert", .notAKey),
            ("pkcs11:token=x;colour=red", .unknownAttribute),
            ("pkcs11:token=x?module-path=../evil.so", .relativeModulePath),
            ("pkcs11:token=x?module-name=../evil", .relativeModulePath),
            ("pkcs11:token=%zz", .malformed),
            ("pkcs11:token=\(String(repeating: "x", count: 33))", .unknownAttribute),
            ("pkcs12:token=x", .malformed), ("", .malformed), ("pkcs11:token=a\0b", .malformed),
        ])
    func refused(text: String, error: TokenURIError) {
        #expect(throws: error) { _ = try TokenURI(text) }
    }
}
