import AgentTestSupport
import ContainerFormat
import Dispatch
import FileIO
import KeyAgent
import SecretMemory
import Synchronization
import Testing

@Suite("An agent with a key file in it")
struct AgentTests {
    @Test("What was wrapped unwraps with its binder, and with no other")
    func roundTrip() throws {
        let agent = try ServedAgent()
        let key = try agent.open("a")
        #expect(key.stanzaType == "vault-transit")
        #expect(key.keyID == Array("test/a".utf8))
        let fileKey = SecretBytes(randomByteCount: 32)
        let body = try key.wrap(fileKey, binding(1))
        let unwrapped = try key.unwrap(keyID: key.keyID, body: body, binding(1))
        #expect(bytes(unwrapped) == bytes(fileKey))
        #expect(throws: AgentClientError.failed(.notOpened)) {
            _ = try key.unwrap(keyID: key.keyID, body: body, binding(2))
        }
        let other = try agent.open("b")
        #expect(throws: AgentClientError.failed(.notOpened)) {
            _ = try other.unwrap(keyID: key.keyID, body: body, binding(1))
        }
    }

    @Test(
        "A file key of the service's making comes with its wrap, and only where the key makes them")
    func generation() throws {
        let agent = try ServedAgent()
        let key = try agent.open("generating")
        #expect(key.makesFileKeys)
        let made = try key.makeFileKey(binding(1))
        let unwrapped = try key.unwrap(keyID: key.keyID, body: made.body, binding(1))
        #expect(bytes(unwrapped) == bytes(made.secret))
        #expect(try agent.open("a").makesFileKeys == false)
    }

    @Test("A PIN is asked for, a wrong one is tried once, and the right one opens for others too")
    func pins() throws {
        let agent = try ServedAgent()
        #expect(throws: AgentClientError.failed(.pinNeeded(token: "test token"))) {
            _ = try agent.open("pin-a")
        }
        #expect(agent.service.pinAttempts == 0)
        #expect(throws: AgentClientError.failed(.pinWrong(token: "test token"))) {
            _ = try agent.open("pin-a", pin: "4321")
        }
        #expect(agent.service.pinAttempts == 1)
        _ = try agent.open("pin-a", pin: "1234")
        _ = try agent.open("pin-b")
        #expect(agent.service.pinAttempts == 2)
    }

    @Test("Sixteen requests are under way on one connection at a time, and not one more")
    func concurrency() throws {
        let inside = Mutex((now: 0, most: 0))
        let all = DispatchSemaphore(value: 0)
        let service = KeyFileAgentService {
            let now = inside.withLock { inside in
                inside.now += 1
                inside.most = max(inside.most, inside.now)
                return inside.now
            }
            // The sixteenth lets everybody go on: fewer at a time would wait for ever.
            if now == 16 { for _ in 0..<64 { all.signal() } }
            all.wait()
            inside.withLock { $0.now -= 1 }
        }
        let agent = try ServedAgent(service)
        let key = try agent.open("a")
        let wctx = try binding(1)
        let failures = Mutex(0)
        let group = DispatchGroup()
        for _ in 0..<48 {
            group.enter()
            _ = BlockingThread.start {
                do { _ = try key.wrap(SecretBytes(randomByteCount: 32), wctx) } catch {
                    failures.withLock { $0 += 1 }
                }
                group.leave()
            }
        }
        group.wait()
        #expect(failures.withLock { $0 } == 0)
        #expect(inside.withLock { $0.most } == 16)
    }

    @Test("A lock forgets what is open, on every connection, and the services' secrets")
    func lock() throws {
        let agent = try ServedAgent()
        _ = try agent.open("pin-a", pin: "1234")
        let key = try agent.open("a")
        #expect(try agent.client.status().handleCount == 2)
        try agent.client.lock()
        #expect(agent.service.lockCount == 1)
        #expect(try agent.client.status().handleCount == 0)
        #expect(throws: AgentClientError.failed(.unreachable("the agent was locked"))) {
            _ = try key.wrap(SecretBytes(randomByteCount: 32), binding(1))
        }
        #expect(throws: AgentClientError.failed(.pinNeeded(token: "test token"))) {
            _ = try agent.open("pin-a")
        }
    }

    @Test("An operation of the API passes through, its refusal too; none that holds a secret does")
    func calls() throws {
        let agent = try ServedAgent()
        let service = AgentReference(uri: "vault:test")
        let answer = try agent.client.call("ListKeys", body: Array("{}".utf8), to: service)
        #expect(answer == Array("{\"ListKeys\":{}}".utf8))
        let refusal = AgentFailure.refused(name: "NotFoundException", message: "no such key")
        #expect(throws: AgentClientError.failed(refusal)) {
            _ = try agent.client.call("DescribeKey", body: [], to: service)
        }
        for operation in ["Decrypt", "Encrypt", "GenerateDataKey", "ReEncrypt", "GenerateRandom"] {
            #expect(throws: AgentClientError.failed(.unsupported(operation))) {
                _ = try agent.client.call(operation, body: [], to: service)
            }
        }
    }

    @Test("A request that is larger than a frame is refused here, and the next one works")
    func tooLarge() throws {
        let agent = try ServedAgent()
        let service = AgentReference(uri: "vault:test")
        #expect(throws: AgentClientError.tooLarge) {
            _ = try agent.client.call(
                "ListKeys", body: [UInt8](repeating: 32, count: AgentFrame.fieldsLimit), to: service
            )
        }
        _ = try agent.open("a")
    }

    @Test("A root of a token comes back as it was sealed; isolation it has not is refused by name")
    func tokens() throws {
        let agent = try ServedAgent()
        let token = try agent.client.openToken(ServedAgent.reference("sealing"), pin: nil)
        #expect(token.displayName == "test token")
        let root = SecretBytes(randomByteCount: 32)
        var sealed = try token.sealRoot(root)
        #expect(try bytes(token.unsealRoot(sealed)) == bytes(root))
        sealed[20] ^= 1
        #expect(throws: AgentClientError.failed(.notOpened)) { _ = try token.unsealRoot(sealed) }
        #expect(throws: AgentClientError.failed(.unsupported("isolation"))) {
            _ = try token.derive(info: [1])
        }
    }

    @Test("Material of a token opens in its own row, moves in and out, and ends with its handle")
    func material() throws {
        let agent = try ServedAgent()
        let token = try agent.client.openToken(ServedAgent.reference("a"), pin: nil)
        let row = MaterialRow(key: [1], version: [2], purpose: [3])
        let other = MaterialRow(key: [1], version: [3], purpose: [2])
        let sealed = try token.generateMaterial(for: row)
        let first = try token.openMaterial(sealed, of: row)
        let moved = try token.importMaterial(
            token.exportMaterial(sealed, of: row), for: other)
        let second = try token.openMaterial(moved, of: other)
        #expect(try bytes(first.deriveKey(info: [1])) == bytes(second.deriveKey(info: [1])))
        #expect(try bytes(first.deriveKey(info: [1])) != bytes(first.deriveKey(info: [2])))
        #expect(throws: AgentClientError.failed(.notOpened)) {
            _ = try token.openMaterial(sealed, of: other)
        }
        #expect(throws: AgentClientError.failed(.notOpened)) {
            _ = try token.exportMaterial(moved, of: row)
        }
        let count = try agent.client.status().handleCount
        do { _ = try token.openMaterial(sealed, of: row) }
        #expect(try agent.client.status().handleCount == count)
        #expect(throws: AgentClientError.failed(.unsupported("token"))) {
            try agent.client.createRootKeys(
                ServedAgent.reference("a"), isolated: true, pin: nil)
        }
    }

    @Test("A scheme that the agent does not have, and keys that are not there, are told apart")
    func failures() throws {
        let agent = try ServedAgent()
        #expect(throws: AgentClientError.failed(.unsupported("pkcs11"))) {
            _ = try agent.client.open(AgentReference(uri: "pkcs11:token=a"), pin: nil)
        }
        #expect(throws: AgentClientError.failed(.noSuchKey)) {
            _ = try agent.client.open(AgentReference(uri: "vault:other/a"), pin: nil)
        }
        #expect(throws: AgentClientError.failed(.denied("permission denied"))) {
            _ = try agent.open("denied")
        }
        #expect(throws: AgentClientError.failed(.unreachable("connection refused"))) {
            _ = try agent.open("away")
        }
    }
}
