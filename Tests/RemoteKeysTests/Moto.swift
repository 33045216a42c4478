import FileIO
import Foundation
import KeyAgent

@testable import RemoteKeys

/// AWS as moto plays it, started by a test: KMS and STS.
final class Moto: Sendable {
    static let isThere: Bool = {
        guard RealService.python != nil else { return false }
        return (try? RealService.pythonLines(["-c", "import moto.server"])) != nil
    }()

    static let shared = Result { try Moto() }

    let service: RealService
    let url: String

    private init() throws {
        let port = try RealService.freePort()
        service = try RealService(
            try require(RealService.python), port: port,
            arguments: ["-B", "-m", "moto.server", "-H", "127.0.0.1", "-p", "\(port)"])
        url = "http://127.0.0.1:\(port)"
        try service.waitUntilReady()
    }

    var authority: String { "127.0.0.1:\(service.port)" }

    /// Variables of an agent that asks moto under fixed keys.
    var variables: [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    func aws(_ more: [String: String] = [:]) -> AWSKMSService {
        AWSKMSService(
            environment: ProcessEnvironment(
                variables.merging(more) { $1 }.mapValues { Array($0.utf8) }))
    }

    /// The ARN of a new key.
    func makeKey(_ body: String = "{}") throws -> String {
        try metadata(try call("CreateKey", body), "Arn")
    }

    func call(_ operation: String, _ body: String) throws -> [UInt8] {
        try aws().call(operation, body: Array(body.utf8), to: AgentReference(uri: "aws-kms:"))
    }

    func metadata(_ body: [UInt8], _ name: String) throws -> String {
        let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        let metadata = json?["KeyMetadata"] as? [String: Any]
        return try require(metadata?[name] as? String)
    }
}
