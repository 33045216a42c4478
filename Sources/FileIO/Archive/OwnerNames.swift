/// The names of users and groups, from /etc/passwd and /etc/group alone: a static program has no
/// other directory services.
package struct OwnerNames: Sendable {
    private let users: [UInt32: [UInt8]]
    private let groups: [UInt32: [UInt8]]
    private let userNumbers: [[UInt8]: UInt32]
    private let groupNumbers: [[UInt8]: UInt32]

    /// What is not there or cannot be read names nobody.
    package init() {
        self.init(
            users: Self.read(FilePath(text: "/etc/passwd")),
            groups: Self.read(FilePath(text: "/etc/group")))
    }

    init(users: [(name: [UInt8], number: UInt32)], groups: [(name: [UInt8], number: UInt32)]) {
        func numbers(_ list: [(name: [UInt8], number: UInt32)]) -> [[UInt8]: UInt32] {
            Dictionary(list.map { ($0.name, $0.number) }) { first, _ in first }
        }
        func names(_ list: [(name: [UInt8], number: UInt32)]) -> [UInt32: [UInt8]] {
            Dictionary(list.map { ($0.number, $0.name) }) { first, _ in first }
        }
        self.users = names(users)
        self.groups = names(groups)
        userNumbers = numbers(users)
        groupNumbers = numbers(groups)
    }

    package func user(_ number: UInt32) -> [UInt8] { users[number] ?? [] }
    package func group(_ number: UInt32) -> [UInt8] { groups[number] ?? [] }
    package func userNumber(_ name: [UInt8]) -> UInt32? { userNumbers[name] }
    package func groupNumber(_ name: [UInt8]) -> UInt32? { groupNumbers[name] }

    /// Lines of `name:password:number:…`.
    private static func read(_ path: FilePath) -> [(name: [UInt8], number: UInt32)] {
        guard let text = try? TextFile(path: path) else { return [] }
        return text.lines.compactMap { line in
            let fields = line.bytes.split(
                separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 2, !fields[0].isEmpty,
                let number = UInt32(String(decoding: fields[2], as: UTF8.self))
            else { return nil }
            return (Array(fields[0]), number)
        }
    }
}
