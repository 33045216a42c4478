import Foundation
import KMSDomain
import KMSService
import KMSTestSupport
import SecretMemory

@testable import AuditLog

/// A log in a directory of its own, and the means to read, change and verify it.
final class AuditFixture: Sendable {
    let directory = TemporaryDirectory()
    let root: SoftwareRootOfTrust
    let key: AuditKey

    struct NoRoot: Error {}

    init() throws {
        guard let root = SoftwareRootOfTrust(key: SecretBytes(randomByteCount: 32)) else {
            throw NoRoot()
        }
        self.root = root
        key = try AuditKey(root: root)
    }

    func open(isExpected: Bool = false) throws -> FileAuditLog {
        try FileAuditLog(
            directory: directory.path, key: key, realm: .local, clock: TurnedClock(),
            isExpected: isExpected)
    }

    static func event(
        _ name: String, parameters: [AuditField] = [], failure: AuditEvent.Failure? = nil,
        caller: Caller = .localRoot(of: .local)
    ) throws -> AuditEvent {
        guard let id = RandomID(uuidFromRandomBytes: SystemRandom.bytes(count: 16)) else {
            throw NoRoot()
        }
        var event = AuditEvent(
            name: name, time: TurnedClock.start, requestID: id,
            caller: caller, isReadOnly: true, parameters: parameters)
        event.failure = failure
        return event
    }

    /// A closed log: its first record and `count` more, with a head at its end.
    func write(_ count: Int) throws {
        let log = try open()
        for index in 0..<count {
            try log.append(
                Self.event("Call", parameters: [AuditField("index", .number(index))]),
                durably: false)
        }
        try log.flush()
    }

    /// One call by a process that then ends.
    func use(isExpected: Bool = true) throws {
        let log = try open(isExpected: isExpected)
        try log.append(Self.event("Call"), durably: false)
        try log.flush()
    }

    func path(_ name: String) -> String { directory.text + "/" + name }

    private func url(_ name: String) -> URL {
        URL(fileURLWithPath: directory.text).appending(path: name)
    }

    var log: Data {
        get throws { try Data(contentsOf: url("log.jsonl")) }
    }

    var head: Data {
        get throws { try Data(contentsOf: url("head")) }
    }

    /// Without their line feeds.
    var lines: [Data] {
        get throws { try log.split(separator: 0x0A).map { Data($0) } }
    }

    func replace(log: Data) throws { try replace("log.jsonl", log) }

    func replace(head: Data) throws { try replace("head", head) }

    func replace(lines: [Data]) throws {
        try replace(log: Data(lines.flatMap { $0 + [0x0A] }))
    }

    /// In place, so that whoever has the file open sees it, with its permissions.
    private func replace(_ name: String, _ content: Data) throws {
        let handle = try FileHandle(forWritingTo: url(name))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: content)
        try handle.close()
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

    func verify(withKey: Bool = true, anchor: AuditHead? = nil) throws -> AuditReport {
        try AuditVerifier(
            directory: directory.path, key: withKey ? key : nil, anchor: anchor
        ).verify()
    }

    func objects() throws -> [[String: Any]] {
        try lines.compactMap { try JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }
}
