import Foundation
import Synchronization

@testable import RemoteKeys

/// An HTTP server that says what a test wants, also what no server should.
final class LyingServer: Sendable {
    struct Request: Sendable {
        let head: String
        let body: [UInt8]

        var line: String { String(head.prefix { $0 != "\r\n" }) }
        var text: String { String(decoding: body, as: UTF8.self) }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name.lowercased() {
                    return parts[1].drop { $0 == " " }.description
                }
            }
            return nil
        }
    }

    enum Answer: Sendable {
        /// A whole answer; `headers` are lines without their ends.
        case http(Int, headers: [String] = [], body: String)
        /// These bytes, and the connection closed.
        case raw(String)
        /// Silence, for as long as the client waits.
        case nothing
    }

    let port: Int
    private let socket: LocalSocket
    private let answer: @Sendable (_ request: Request, _ number: Int) -> Answer
    private let seen = Mutex<[Request]>([])
    private let connections = Mutex(0)

    /// `answer` is asked for each request, which it gets with its number, from 1.
    init(answer: @escaping @Sendable (_ request: Request, _ number: Int) -> Answer) throws {
        socket = try LocalSocket(listeningOn: 0)
        port = try socket.port()
        self.answer = answer
        // Threads of its own: Dispatch is slow to add another to those that wait.
        Thread.detachNewThread { [socket, weak self] in
            while let connection = socket.next() {
                self?.connections.withLock { $0 += 1 }
                Thread.detachNewThread { [weak self] in
                    self?.serve(connection)
                    connection.close()
                }
            }
            socket.close()
        }
    }

    deinit { socket.shutDown() }

    var url: ServiceURL {
        get throws { try require(ServiceURL("http://127.0.0.1:\(port)")) }
    }

    var requests: [Request] { seen.withLock { $0 } }
    var connectionCount: Int { connections.withLock { $0 } }

    private func serve(_ connection: LocalSocket) {
        var bytes: [UInt8] = []
        while true {
            while let (request, length) = Self.parse(bytes) {
                bytes.removeFirst(length)
                let number = seen.withLock { seen in
                    seen.append(request)
                    return seen.count
                }
                switch answer(request, number) {
                case .http(let status, let headers, let body):
                    let lines =
                        ["HTTP/1.1 \(status) Said", "Content-Length: \(body.utf8.count)"] + headers
                    let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
                    guard connection.write(Array(text.utf8)) else { return }
                case .raw(let text):
                    connection.write(Array(text.utf8))
                    return
                case .nothing: break
                }
            }
            guard let more = connection.read() else { return }
            bytes += more
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (Request, length: Int)? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: "\r\n\r\n".utf8) })
        else { return nil }
        let head = Request(head: String(decoding: bytes[..<end], as: UTF8.self), body: [])
        let length = head.header("content-length").flatMap(Int.init) ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        return (
            Request(head: head.head, body: Array(bytes[(end + 4)..<(end + 4 + length)])),
            end + 4 + length
        )
    }
}

struct Missing: Error {}

func require<T: ~Copyable>(_ value: consuming T?) throws -> T {
    guard let value else { throw Missing() }
    return value
}
