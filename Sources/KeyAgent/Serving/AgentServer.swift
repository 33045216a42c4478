internal import ContainerFormat
package import FileIO
internal import Glibc
internal import SecretMemory
internal import Synchronization

/// Serves the programs that are connected to an agent.
///
/// Each connection has up to sixteen threads, so as many requests of it are under way at once, answered
/// in the order in which they are ready. A seventeenth waits in the socket.
package final class AgentServer: Sendable {
    package static let concurrency = 16
    private static let writeTimeout = Duration.seconds(20)

    private let services: AgentServices
    private let state = Mutex(State())
    /// Nothing for an agent of one program.
    private let session: AgentSession?

    private struct State {
        var tables: [ObjectIdentifier: HandleTable] = [:]
        var requestCount: UInt64 = 0
    }

    package convenience init(services: AgentServices) {
        self.init(services: services, session: nil)
    }

    init(services: AgentServices, session: AgentSession?) {
        self.services = services
        self.session = session
    }

    /// Forgets everything: keys that are open answer no more.
    package func lock() {
        state.withLock { state in
            for table in state.tables.values { table.removeAll() }
        }
        services.lock()
    }

    /// Answers one program until it goes, or sends what is no request.
    package func serve(_ socket: LocalSocket) {
        let connection: ServedConnection
        do throws(SystemError) {
            connection = try ServedConnection(socket, threadLimit: Self.concurrency)
        } catch { return socket.end() }
        let identity = ObjectIdentifier(connection)
        state.withLock { $0.tables[identity] = connection.handles }
        connection.run { [self] (request, frame) in answer(request, frame, on: connection) }
        state.withLock { $0.tables[identity] = nil }
    }

    private func answer(
        _ request: AgentRequest, _ frame: consuming AgentFrame, on connection: ServedConnection
    ) {
        let id = frame.id
        state.withLock { $0.requestCount += 1 }
        session?.willAnswer(request, self)
        var secret: SecretBytes?
        let answer: AgentAnswer
        do throws(AgentFailure) {
            answer = try perform(
                request, frame.secret.take(), connection.handles, result: &secret)
        } catch {
            answer = .failed(error)
            secret = nil
        }
        connection.send(
            AgentFrame(id: id, kind: answer.kind, fields: answer.fields, secret: secret.take()),
            within: Self.writeTimeout)
        session?.didAnswer(request)
        if case .hello(let version) = request, version != AgentRequest.version {
            connection.end()
        }
    }

    private func status() -> AgentStatus {
        let idleSecondsLeft = session?.idleSecondsLeft ?? 0
        return state.withLock { state in
            AgentStatus(
                process: UInt32(getpid()), requestCount: state.requestCount,
                handleCount: UInt32(state.tables.values.reduce(0) { $0 + $1.count }),
                idleSecondsLeft: idleSecondsLeft)
        }
    }

    private func perform(
        _ request: AgentRequest, _ secret: consuming SecretBytes?, _ handles: HandleTable,
        result: inout SecretBytes?
    ) throws(AgentFailure) -> AgentAnswer {
        switch request {
        case .hello(let version):
            guard version == AgentRequest.version else { throw .unsupported("version") }
            return .hello(version: AgentRequest.version)
        case .open(let reference):
            let key = try services.service(for: reference).open(reference, pin: secret)
            return .key(
                handle: try handles.add(.key(key)),
                AgentAnswer.OpenedKey(
                    stanzaType: key.stanzaType.rawValue, keyID: key.keyID,
                    displayName: key.displayName, makesFileKeys: key.makesFileKeys))
        case .generate(let handle, let binding):
            let made = try handles.key(handle).makeFileKey(binding)
            result = made.secret.duplicate()
            return .bytes(made.body)
        case .wrap(let handle, let binding):
            guard let secret else { throw .misconfigured("a secret is missing") }
            return .bytes(try handles.key(handle).wrap(secret, binding))
        case .unwrap(let handle, let keyID, let body, let binding):
            result = try handles.key(handle).unwrap(keyID: keyID, body: body, binding)
            return .done
        case .call(let reference, let operation, let body):
            guard AgentServices.operations.contains(operation) else {
                throw .unsupported(operation)
            }
            let service = try services.service(for: reference)
            let answer = try service.call(operation, body: body, to: reference)
            guard answer.count <= AgentFrame.fieldsLimit - 4 else {
                throw .unreachable("the answer is too large")
            }
            return .bytes(answer)
        case .openToken(let reference):
            let token = try services.service(for: reference).openToken(reference, pin: secret)
            return .token(
                handle: try handles.add(.token(token)),
                AgentAnswer.OpenedToken(
                    displayName: token.displayName, identity: token.identity))
        case .sealRoot(let handle):
            guard let secret else { throw .misconfigured("a secret is missing") }
            return .bytes(try handles.token(handle).sealRoot(secret))
        case .unsealRoot(let handle, let sealed):
            result = try handles.token(handle).unsealRoot(sealed)
            return .done
        case .derive(let handle, let info):
            result = try handles.token(handle).derive(info: info)
            return .done
        case .generateMaterial(let handle, let row):
            return .bytes(try handles.token(handle).generateMaterial(for: row))
        case .openMaterial(let handle, let row, let sealed):
            let material = try handles.token(handle).openMaterial(sealed, of: row)
            return .material(handle: try handles.add(.material(material)))
        case .deriveKey(let handle, let info):
            result = try handles.material(handle).deriveKey(info: info)
            return .done
        case .createRootKeys(let reference, let isolated):
            try services.service(for: reference)
                .createRootKeys(reference, isolated: isolated, pin: secret)
            return .done
        case .importMaterial(let handle, let row):
            guard let secret else { throw .misconfigured("a secret is missing") }
            return .bytes(try handles.token(handle).importMaterial(secret, for: row))
        case .exportMaterial(let handle, let row, let sealed):
            result = try handles.token(handle).exportMaterial(sealed, of: row)
            return .done
        case .close(let handle):
            handles.remove(handle)
            return .done
        case .status:
            return .status(status())
        case .lock, .stop:
            // A session ends once this is answered, a program's own agent with its program.
            lock()
            return .done
        }
    }
}
