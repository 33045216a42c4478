internal import FileIO
package import KeyAgent
package import KeyProviders
internal import Synchronization

/// Tokens of ``KeyFileAgentService`` behind an agent in this process, one for each name, as roots of
/// keystores.
package enum ServedToken {
    private static let prefix = "pkcs11:token=test;object="

    /// For `NAME/token`, whose key seals a root, and for `NAME/isolated`, which holds it.
    package static func root(_ kind: String) throws(EmbeddedKeyServiceError) -> NewRoot {
        let parts = kind.split(separator: "/")
        guard parts.count == 2,
            let name = RootTokenName(
                uri: prefix + parts[0], isIsolated: parts[1] == "isolated")
        else { preconditionFailure("test: no root is \(kind)") }
        return .token(name, try source(name))
    }

    package static func source(
        _ name: RootTokenName
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken {
        do throws(AgentClientError) {
            return try open(String(name.uri.dropFirst(prefix.utf8.count)))
        } catch { throw .token(uri: name.uri, error) }
    }

    /// Token `a`, whose agent ends with the use of its key after so many.
    package static func token(
        endingAfterUses limit: Int
    ) throws(AgentClientError) -> RemoteAgentToken { try open("a", endingAfterUses: limit) }

    private static func open(
        _ name: String, endingAfterUses limit: Int = .max
    ) throws(AgentClientError) -> RemoteAgentToken {
        let (here, there): (LocalSocket, LocalSocket)
        do throws(SystemError) { (here, there) = try LocalSocket.pair() } catch {
            throw .notStarted(error)
        }
        let uses = Mutex(0)
        let service = KeyFileAgentService {
            let isLast = uses.withLock { uses in
                uses += 1
                return uses > limit
            }
            if isLast { there.end() }
        }
        let server = AgentServer(services: AgentServices([service]))
        _ = BlockingThread.start { server.serve(there) }
        return try AgentClient(here)
            .openToken(AgentReference(uri: "vault:test/" + name), pin: nil)
    }
}
