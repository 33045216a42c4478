import FileIO
import Foundation
import KMSWire
import SecretMemory
import Synchronization

@testable import RemoteKeys

/// A server of OpenBao that a test started, and its root token.
final class OpenBao: Sendable {
    let service: RealService
    let address: ServiceURL
    let rootToken: String
    private let transport: NetworkTransport
    private let settings: VaultSettings

    /// In development mode: unsealed, in memory, without TLS.
    static func development() throws -> OpenBao {
        let program = try require(RealService.openBao)
        let port = try RealService.freePort()
        let service = try RealService(
            program, port: port,
            arguments: [
                "server", "-dev", "-dev-root-token-id=root", "-dev-no-store-token",
                "-dev-listen-address=127.0.0.1:\(port)",
            ])
        try service.waitUntilReady()
        let bao = try OpenBao(
            service, address: "http://127.0.0.1:\(port)", rootToken: "root", tls: TLSSettings())
        try bao.waitUntilActive()
        _ = try bao.root(.post, "sys/mounts/transit", "{\"type\":\"transit\"}")
        return bao
    }

    /// The one that the tests of development mode share.
    static let shared = Result { try OpenBao.development() }

    init(_ service: RealService, address: String, rootToken: String, tls: TLSSettings) throws {
        self.service = service
        self.address = try require(ServiceURL(address))
        self.rootToken = rootToken
        settings = VaultSettings(address: self.address, tls: tls)
        transport = try NetworkTransport(tls: tls, proxies: .none)
    }

    func waitUntilActive() throws {
        for _ in 0..<600 {
            if (try? root(.get, "sys/health"))?.status == 200 { return }
            usleep(50_000)
        }
        throw Missing()
    }

    /// A request of the operator, who may do everything.
    func root(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
    ) throws -> VaultAnswer {
        let secret = body.map { unsafe SecretText(SecretBytes(copying: Array($0.utf8).span.bytes)) }
        let request = HTTPRequest(
            method, address, target: "/v1/" + path,
            headers: [(name: "X-Vault-Token", value: rootToken)],
            body: secret.map { $0.secret(0..<$0.count) })
        return VaultAnswer(try transport.send(request, deadline: .now + .seconds(60)))
    }

    /// A client under a token, or whatever else the environment says.
    func client(_ variables: [String: String] = [:]) throws -> VaultClient {
        var all = ["VAULT_ADDR": address.text()]
        if let authorities = settings.tls.authorities {
            all["VAULT_CACERT"] = authorities.displayText
        }
        if variables["COFFER_VAULT_LOGIN"] == nil, variables["HOME"] == nil {
            all["VAULT_TOKEN"] = rootToken
        }
        all.merge(variables) { $1 }
        return try VaultClient(
            ProcessEnvironment(all.mapValues { Array($0.utf8) }), transports: TransportPool())
    }

    func key(_ name: String, _ variables: [String: String] = [:]) throws -> TransitKey {
        TransitKey(name: try VaultKeyName("transit/" + name), client: try client(variables))
    }

    /// A token with the given policy rules, by path and capability.
    func token(_ name: String, _ rules: [(path: String, capability: String)]) throws -> String {
        try policy(name, rules)
        let answer = try root(.post, "auth/token/create", "{\"policies\":[\"\(name)\"]}")
        return try answer.text("client_token", of: "auth")
    }

    func policy(_ name: String, _ rules: [(path: String, capability: String)]) throws {
        let text = rules.map {
            "path \\\"\($0.path)\\\" { capabilities=[\\\"\($0.capability)\\\"] }"
        }.joined(separator: " ")
        let answer = try root(.post, "sys/policies/acl/\(name)", "{\"policy\":\"\(text)\"}")
        guard answer.isSuccess else { throw Missing() }
    }
}

extension VaultAnswer {
    func text(_ name: String, of object: String = "data") throws -> String {
        try read(object) { object throws(WireError) in try object.text(name) }
    }
}
