import FileIO
import Foundation
import KMSWire
import Testing

@testable import RemoteKeys

/// OpenBao as it runs in earnest: raft, TLS, sealed until somebody unseals it.
@Suite(
    "A server of Vault",
    .enabled(if: RealService.openBao != nil, Comment(rawValue: RealService.missing)), .serialized)
struct VaultServerTests {
    private let binder = [UInt8](0..<32)
    private var deadline: ContinuousClock.Instant { .now + .seconds(60) }

    @Test("Not initialised, sealed, untrusted and certificate login are told apart")
    func life() throws {
        let folder = RealService.newFolder()
        try Certificates.make(in: folder)
        let port = try RealService.freePort()
        let peerPort = try RealService.freePort()
        let file = folder.appendingPathComponent("bao.hcl")
        let raft = folder.appendingPathComponent("raft")
        try FileManager.default.createDirectory(at: raft, withIntermediateDirectories: true)
        try Data(
            """
            storage "raft" { path = "\(raft.path)"
              node_id = "n1" }
            listener "tcp" { address = "127.0.0.1:\(port)"
              cluster_address = "127.0.0.1:\(peerPort)"
              tls_cert_file = "\(folder.path)/server.crt"
              tls_key_file = "\(folder.path)/server.key"
              tls_client_ca_file = "\(folder.path)/ca.crt" }
            api_addr = "https://127.0.0.1:\(port)"
            cluster_addr = "https://127.0.0.1:\(peerPort)"
            """.utf8
        ).write(to: file)
        let service = try RealService(
            try require(RealService.openBao), port: port, folder: folder,
            arguments: ["server", "-config", file.path])
        try service.waitUntilReady()
        let tls = TLSSettings(authorities: FilePath(text: folder.path + "/ca.crt"))
        func server(_ token: String) throws -> OpenBao {
            try OpenBao(service, address: "https://127.0.0.1:\(port)", rootToken: token, tls: tls)
        }
        let stranger = try server("none")
        func make(_ bao: OpenBao, _ variables: [String: String] = [:]) throws {
            _ = try bao.key("k", variables).makeKey(binder: binder, deadline: deadline)
        }
        #expect(throws: VaultError.notInitialised) { try make(stranger) }

        let start = try stranger.root(
            .put, "sys/init", "{\"secret_shares\":1,\"secret_threshold\":1}")
        let json = try require(start.json)
        let bao = try server(json.text("root_token"))
        let share = try require(json.texts("keys_base64").first)
        #expect(throws: VaultError.sealed) { try make(bao) }

        _ = try bao.root(.put, "sys/unseal", "{\"key\":\"\(share)\"}")
        try bao.waitUntilActive()
        _ = try bao.root(.post, "sys/mounts/transit", "{\"type\":\"transit\"}")
        _ = try bao.root(.post, "transit/keys/k", "{\"type\":\"aes256-gcm96\"}")
        try make(bao)

        // The system trusts nobody who signed this server's certificate.
        #expect(throws: VaultError.unreachable(.tls(.certificateNotTrusted))) {
            try make(bao, ["VAULT_CACERT": ""])
        }
        #expect(throws: VaultError.badTLS(.noCertificates(FilePath(text: folder.path + "/none")))) {
            try make(bao, ["VAULT_CACERT": folder.path + "/none"])
        }

        _ = try bao.root(.post, "sys/auth/cert", "{\"type\":\"cert\"}")
        try bao.policy(
            "k", [("transit/keys/k", "read"), ("transit/datakey/plaintext/k", "update")])
        let authority = try JSONEncoder().encode(
            String(contentsOfFile: folder.path + "/ca.crt", encoding: .utf8))
        let added = try bao.root(
            .post, "auth/cert/certs/backup",
            "{\"certificate\":\(String(decoding: authority, as: UTF8.self)),\"token_policies\":\"k\"}"
        )
        #expect(added.isSuccess, "\(added.message)")
        let certificate = [
            "COFFER_VAULT_LOGIN": "cert", "VAULT_CLIENT_CERT": folder.path + "/client.crt",
            "VAULT_CLIENT_KEY": folder.path + "/client.key",
        ]
        try make(bao, certificate)
        let error = #expect(throws: VaultError.self) {
            try make(bao, ["COFFER_VAULT_LOGIN": "cert"])
        }
        guard case .denied = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        _ = try bao.root(.put, "sys/seal")
        #expect(throws: VaultError.sealed) { try make(bao) }
    }
}
