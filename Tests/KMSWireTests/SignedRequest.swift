import Foundation
import KMSWire
import SecretMemory

/// A request that botocore signed, as Tests/KMSWireTests/signed-requests.py prints it.
struct SignedRequest: Decodable, Sendable {
    let method: String
    let path: String
    let query: String
    let headers: [[String]]
    let body: Data
    let accessKey: String
    let secret: String
    let token: String?
    let region: String
    let service: String
    let time: Int64
    let isPresigned: Bool
    let signedHeaders: [[String]]
    let signedQuery: String
    let authorization: String

    /// Three thousand, the same ones in every run.
    static let all = Result {
        try Python.lines(SignedRequest.self, of: "signed-requests.py", ["3000", "3"])
    }

    var signingTime: SigningTime { SigningTime(secondsSince1970: time) }

    /// Before its signature.
    var unsigned: SignableRequest {
        get throws {
            try .made(
                method, path, query, headers.map { HeaderField($0[0], $0[1]) }, Array(body))
        }
    }

    /// With botocore's signature.
    var signed: SignableRequest {
        get throws {
            try .made(
                method, path, signedQuery, signedHeaders.map { HeaderField($0[0], $0[1]) },
                Array(body))
        }
    }

    func verify(_ request: SignableRequest) throws {
        try UnverifiedSignature(of: request).verify(
            secretAccessKey: .made(secret), service: service, now: signingTime)
    }
}

extension SignableRequest {
    static func made(
        _ method: String, _ path: String, _ query: String, _ headers: [HeaderField],
        _ body: [UInt8] = []
    ) throws -> SignableRequest {
        unsafe try SignableRequest(
            method: method, path: path, query: query, headers: headers, body: body.span.bytes)
    }
}

extension SecretBytes {
    /// The secret of a test, which is in its source.
    static func made(_ text: String) -> SecretBytes { made(Array(text.utf8)) }

    static func made(_ bytes: [UInt8]) -> SecretBytes {
        unsafe SecretBytes(copying: bytes.span.bytes)
    }

    var copied: [UInt8] {
        withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
    }
}
