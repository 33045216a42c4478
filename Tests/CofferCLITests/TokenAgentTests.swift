import FileIO
import Foundation
import KeyAgent
import SecretMemory
import Testing
import TokenBed

/// The built agent with SoftHSM2, over its protocol: a token as the root of a keystore.
@Suite(.serialized) struct TokenAgentTests {
    private static let row = MaterialRow(
        key: [UInt8](repeating: 1, count: 16), version: [UInt8](repeating: 2, count: 16),
        purpose: Array("SYMMETRIC_DEFAULT:ENCRYPT_DECRYPT".utf8))

    private func agent() throws -> AgentClient {
        let program = FilePath(
            text: TranscriptRunner.programs.appendingPathComponent("coffer-agent").path)
        return try AgentLauncher(sessionSocket: nil, program: program).launch()
    }

    private func reference(_ label: String, _ rest: String = ";object=root") -> AgentReference {
        AgentReference(
            uri: "pkcs11:token=\(label)\(rest)",
            settings: AgentSettings([.module: SoftToken.module]))
    }

    private func secret(_ text: String) -> SecretBytes {
        unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
    }

    private var pin: SecretBytes { secret(SoftToken.pin) }

    private func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
    }

    @Test("Keys that are missing are made once, and a root that one seals opens unchanged only")
    func sealing() throws {
        let label = SoftToken.prepare(17)
        let client = try agent()
        #expect(throws: AgentClientError.failed(.pinNeeded(token: label))) {
            try client.openToken(reference(label), pin: nil)
        }
        #expect(throws: AgentClientError.failed(.noSuchKey)) {
            try client.openToken(reference(label), pin: pin)
        }
        try client.createRootKeys(reference(label), isolated: false, pin: nil)
        let token = try client.openToken(reference(label), pin: nil)
        try client.createRootKeys(reference(label), isolated: false, pin: nil)
        #expect(try client.openToken(reference(label), pin: nil).identity == token.identity)
        let root = SecretBytes(randomByteCount: 32)
        let sealed = try token.sealRoot(root)
        #expect(try bytes(token.unsealRoot(sealed)) == bytes(root))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: AgentClientError.self, "byte \(index)") {
                _ = try token.unsealRoot(changed)
            }
        }
        #expect(throws: AgentClientError.failed(.notOpened)) { _ = try token.unsealRoot([]) }
        // Without the second key there is no isolation.
        #expect(throws: AgentClientError.failed(.noSuchKey)) { _ = try token.derive(info: [1]) }
    }

    @Test("Material is used in the token, and opens in its place and unchanged only")
    func isolation() throws {
        let label = SoftToken.prepare(18)
        let client = try agent()
        #expect(throws: AgentClientError.failed(.pinNeeded(token: label))) {
            try client.createRootKeys(reference(label), isolated: true, pin: nil)
        }
        try client.createRootKeys(reference(label), isolated: true, pin: pin)
        let token = try client.openToken(reference(label), pin: nil)
        let sealed = try token.generateMaterial(for: Self.row)
        #expect(sealed.count == 72)
        let key = try bytes(token.openMaterial(sealed, of: Self.row).deriveKey(info: [1]))
        #expect(key.count == 32)
        // Another agent, as another run has one.
        let other = try agent().openToken(reference(label), pin: pin)
        #expect(try bytes(other.openMaterial(sealed, of: Self.row).deriveKey(info: [1])) == key)
        #expect(try bytes(other.derive(info: [1])) == bytes(token.derive(info: [1])))
        let places = [
            MaterialRow(
                key: Self.row.version, version: Self.row.version, purpose: Self.row.purpose),
            MaterialRow(key: Self.row.key, version: Self.row.key, purpose: Self.row.purpose),
            MaterialRow(key: Self.row.key, version: Self.row.version, purpose: [1]),
            MaterialRow(
                key: Self.row.key + [2], version: Array(Self.row.version.dropLast()),
                purpose: Self.row.purpose),
        ]
        for place in places {
            #expect(throws: AgentClientError.failed(.notOpened)) {
                _ = try token.openMaterial(sealed, of: place)
            }
            #expect(throws: AgentClientError.failed(.notOpened)) {
                _ = try token.exportMaterial(sealed, of: place)
            }
        }
        for count in [0, 40, 71] {
            #expect(throws: AgentClientError.failed(.notOpened)) {
                _ = try token.openMaterial(Array(sealed.prefix(count)), of: Self.row)
            }
        }
    }

    @Test("Material that is moved in derives what it derived outside, and comes out as it was")
    func moving() throws {
        let label = SoftToken.prepare(19)
        let client = try agent()
        #expect(
            throws: AgentClientError.failed(
                .misconfigured("the keys of a root are known by name: object=NAME"))
        ) { try client.createRootKeys(reference(label, ";id=%01"), isolated: true, pin: pin) }
        try client.createRootKeys(reference(label), isolated: true, pin: pin)
        let token = try client.openToken(reference(label), pin: nil)
        let material = SecretBytes(randomByteCount: 32)
        let sealed = try token.importMaterial(material, for: Self.row)
        #expect(sealed.count == 72)
        #expect(try bytes(token.exportMaterial(sealed, of: Self.row)) == bytes(material))
        let again = try token.importMaterial(material, for: Self.row)
        let first = try bytes(token.openMaterial(sealed, of: Self.row).deriveKey(info: [7]))
        #expect(try bytes(token.openMaterial(again, of: Self.row).deriveKey(info: [7])) == first)
        #expect(throws: AgentClientError.self) {
            try token.importMaterial(SecretBytes(randomByteCount: 31), for: Self.row)
        }
    }

    @Test("Keys that can leave their token seal no root and hold none")
    func extractable() throws {
        let label = SoftToken.prepare(21)
        let made = ["--keygen", "--key-type", "AES:32", "--label", "root", "--id", "0a"]
        try SoftToken.tool(label, made + ["--extractable"])
        let client = try agent()
        try client.createRootKeys(reference(label), isolated: true, pin: pin)
        let token = try client.openToken(reference(label), pin: nil)
        let refusal = AgentClientError.failed(
            .denied("the key can leave the token: its CKA_EXTRACTABLE is true"))
        #expect(throws: refusal) { try token.sealRoot(SecretBytes(randomByteCount: 32)) }
        #expect(throws: refusal) { try token.generateMaterial(for: Self.row) }
    }

    @Test("A wrong PIN is tried once and told, a locked agent has nothing open any more")
    func pins() throws {
        let label = SoftToken.prepare(20)
        let client = try agent()
        try client.createRootKeys(reference(label), isolated: true, pin: pin)
        let token = try client.openToken(reference(label), pin: nil)
        let sealed = try token.generateMaterial(for: Self.row)
        let material = try token.openMaterial(sealed, of: Self.row)
        try client.lock()
        #expect(throws: AgentClientError.failed(.unreachable("the agent was locked"))) {
            _ = try token.derive(info: [1])
        }
        #expect(throws: AgentClientError.failed(.unreachable("the agent was locked"))) {
            _ = try material.deriveKey(info: [1])
        }
        #expect(throws: AgentClientError.failed(.pinNeeded(token: label))) {
            try client.openToken(reference(label), pin: nil)
        }
        #expect(throws: AgentClientError.failed(.pinWrong(token: label))) {
            try client.openToken(reference(label), pin: secret("9999"))
        }
        _ = try client.openToken(reference(label), pin: pin)
    }

    @Test("A token that comes after the module was loaded is found, and no session is ended for it")
    func later() throws {
        let absent = AgentClientError.failed(.unreachable("no such token is there"))
        let client = try agent()
        #expect(throws: absent) { try client.openToken(reference("later-1"), pin: pin) }
        try SoftToken.add("later-1")
        try client.createRootKeys(reference("later-1"), isolated: true, pin: pin)
        let token = try client.openToken(reference("later-1"), pin: nil)
        let key = try bytes(token.derive(info: [1]))
        try SoftToken.add("later-2")
        #expect(throws: absent) { try client.openToken(reference("later-2"), pin: pin) }
        #expect(try bytes(token.derive(info: [1])) == key)
    }

    @Test("A token that is not there is told as such, and so is an agent that has ended")
    func gone() throws {
        let label = SoftToken.prepare(20)
        let client = try agent()
        #expect(throws: AgentClientError.failed(.unreachable("no such token is there"))) {
            try client.openToken(reference("nowhere"), pin: pin)
        }
        let token = try client.openToken(reference(label), pin: pin)
        let process = try client.status().process
        #expect(kill(pid_t(process), SIGKILL) == 0)
        #expect(throws: AgentClientError.gone) { _ = try token.derive(info: [1]) }
    }
}
