internal import Glibc

/// The modules that the machine's administrator registered with p11-kit: a file `NAME.module` each,
/// with lines `key: value`.
///
/// Files that others than root and this user may write are passed over, and so is the user's own
/// folder of p11-kit: what names a module here is the system's or Coffer's own configuration.
package struct ModuleConfiguration: Sendable {
    struct Registration: Equatable {
        let name: String
        let path: String
        let reserved: String?
        let priority: Int
    }

    /// The first folder that has a file of a name decides.
    package static let system = ModuleConfiguration(directories: [
        "/etc/pkcs11/modules", "/usr/share/p11-kit/modules",
    ])

    /// Where a module that is registered by a relative path may be.
    private static let moduleDirectories: [String] = {
        #if arch(arm64)
            let machine = "aarch64"
        #else
            let machine = "x86_64"
        #endif
        return ["/usr/lib/\(machine)-linux-gnu/pkcs11", "/usr/lib64/pkcs11", "/usr/lib/pkcs11"]
    }()

    private let directories: [String]

    package init(directories: [String]) { self.directories = directories }

    func registration(named name: String) -> Registration? {
        for directory in directories {
            if let text = Self.content(of: "\(directory)/\(name).module") {
                return Self.registration(name: name, text: text)
            }
        }
        return nil
    }

    /// All of them, as p11-kit orders them: by falling priority, then by name.
    func registrations() -> [Registration] {
        var names: Set<String> = []
        for directory in directories { names.formUnion(Self.moduleNames(in: directory)) }
        return names.compactMap(registration(named:)).sorted {
            ($1.priority, $0.name) < ($0.priority, $1.name)
        }
    }

    static func registration(name: String, text: String) -> Registration? {
        var values: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { continue }
            values[trimmed(line[..<colon])] = trimmed(line[line.index(after: colon)...])
        }
        guard let module = values["module"], !module.isEmpty, let path = path(of: module) else {
            return nil
        }
        return Registration(
            name: name, path: path, reserved: values["x-init-reserved"].map(String.init),
            priority: values["priority"].flatMap { Int($0) } ?? 0)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let text = text.drop(while: \.isWhitespace)
        guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return text[...last]
    }

    private static func path(of module: Substring) -> String? {
        if module.hasPrefix("/") { return String(module) }
        return moduleDirectories.map { "\($0)/\(module)" }.first { unsafe access($0, R_OK) == 0 }
    }

    private static func moduleNames(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".module") { names.append(String(name.dropLast(7))) }
        }
        return names
    }

    /// At most 64 KiB of a file that nobody else can have written.
    private static func content(of path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & 0o022 == 0, status.st_uid == 0 || status.st_uid == geteuid(),
            status.st_size <= 64 * 1024
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard unsafe read(file, &bytes, bytes.count) == bytes.count else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
