import Foundation
import KMSDomain
import KMSService
import SecretMemory
import Testing

/// Every file of Formats/vectors-token: tokens and rows made by Python from the specifications.
@Suite struct TokenVectorTests {
    struct Session: Decodable, Sendable {
        let accessKeyId: String
        let roleArn: String
        let roleId: String
        let name: String
        let issueTime: Int64
        let expiration: Int64
        let policies: [String]

        var value: RoleSession {
            RoleSession(
                accessKeyID: accessKeyId, roleARN: roleArn, roleID: roleId, name: name,
                issueTime: Timestamp(millisecondsSince1970: issueTime),
                expiration: Timestamp(millisecondsSince1970: expiration), policies: policies)
        }
    }

    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let comment: String
        let kind: String
        let expect: String
        let root: String
        let token: String?
        let secret: String?
        let session: Session?
        let keyId: String?
        let grantId: String?
        let accessKeyId: String?
        let principal: String?
        let row: String?

        var testDescription: String { comment }
    }

    private static func vectors() throws -> [Vector] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Formats/vectors-token").standardizedFileURL
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.sorted().filter { $0.hasSuffix(".json") }.map {
            try JSONDecoder().decode(
                Vector.self, from: Data(contentsOf: folder.appending(path: $0)))
        }
    }

    @Test("The folder has every family of vectors")
    func complete() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count >= 20)
        for kind in ["session", "grant", "accessKey"] {
            for expect in ["ok", "invalid"] {
                #expect(vectors.contains { $0.kind == kind && $0.expect == expect })
            }
        }
    }

    @Test("It opens to what its vector says, or does not open", arguments: try vectors())
    func vector(_ vector: Vector) throws {
        let made = unsafe SoftwareRootOfTrust(
            key: SecretBytes(copying: BlobVectorTests.bytes(vector.root).span.bytes))
        let root = try #require(made)
        switch vector.kind {
        case "session":
            let opened = try SessionTokens(root: root).open(try #require(vector.token))
            switch consume opened {
            case .some(let credential):
                #expect(vector.expect == "ok")
                #expect(credential.session == vector.session?.value)
                #expect(credential.secret.withBytes { $0.text } == vector.secret)
            case .none: #expect(vector.expect == "invalid")
            }
        case "grant":
            let opened = try GrantTokens(root: root).open(try #require(vector.token))
            #expect((opened != nil) == (vector.expect == "ok"))
            if let opened {
                #expect(opened.key.bytes == BlobVectorTests.bytes(vector.keyId))
                #expect(opened.grant.bytes == BlobVectorTests.bytes(vector.grantId))
            }
        default:
            let key = AccessKey(
                id: try #require(vector.accessKeyId),
                principalARN: try #require(vector.principal), isActive: true,
                creationDate: Timestamp(millisecondsSince1970: 0),
                sealedSecret: BlobVectorTests.bytes(vector.row))
            let secrets = AccessKeySecrets(root: root)
            if vector.expect == "ok" {
                let secret = try secrets.secret(of: key)
                #expect(secret.withBytes { $0.text } == vector.secret)
            } else {
                #expect(throws: KeyBackendError.materialNotAuthentic) {
                    _ = try secrets.secret(of: key)
                }
            }
        }
    }
}
