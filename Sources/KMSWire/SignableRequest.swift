internal import OpenSSLCrypto

/// An HTTP request as SigV4 sees it: everything but the body, of which there is the hash.
package struct SignableRequest: Equatable, Sendable {
    package var method: String
    /// As on the request line: percent-encoded, without the query.
    package var path: String
    /// As on the request line: percent-encoded, without its `?`; empty if there is none.
    package var query: String
    /// In their order on the wire; a name may come several times. `host` has to be among them.
    package var headers: [HeaderField]
    /// SHA-256 of the body, in lower-case hexadecimal.
    package let bodyHash: String

    package init(
        method: String, path: String, query: String = "", headers: [HeaderField], body: RawSpan
    ) throws(SigV4Error) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        do throws(CryptoError) {
            bodyHash = String(
                decoding: ASCII.hexadecimal(try SHA256.digest(body)), as: UTF8.self)
        } catch {
            throw .crypto(error)
        }
    }

    /// The values of all headers of this name, which is lower-case.
    func values(of name: String) -> [String] {
        headers.filter { $0.isNamed(name) }.map(\.value)
    }
}

extension HeaderField {
    /// `lowercaseName` is compared without regard to this field's case.
    func isNamed(_ lowercaseName: String) -> Bool {
        if name == lowercaseName { return true }
        return name.utf8.count == lowercaseName.utf8.count
            && zip(name.utf8, lowercaseName.utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }
}
