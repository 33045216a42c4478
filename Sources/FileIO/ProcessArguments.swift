internal import CLinux
internal import Glibc

/// What the process was started with, as bytes.
package enum ProcessArguments {
    /// The arguments after the program's name, each through ``ArgumentBytes``.
    package static func current() -> [String] {
        let count = Int(CommandLine.argc)
        return (1..<max(1, count)).compactMap { index in
            guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
            return unsafe ArgumentBytes.encode(CBytes.copy(argument))
        }
    }
}

/// The environment: names are text, values are bytes.
package struct ProcessEnvironment: Equatable, Sendable {
    private let values: [String: [UInt8]]

    package init(_ values: [String: [UInt8]]) { self.values = values }

    package static func current() -> ProcessEnvironment {
        var values: [String: [UInt8]] = [:]
        guard let environment = unsafe coffer_environment() else {
            return ProcessEnvironment(values)
        }
        var index = 0
        while let entry = unsafe environment[index] {
            index += 1
            let bytes = unsafe CBytes.copy(entry)
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: bytes[..<equals], as: UTF8.self)
            // getenv takes the first of two.
            if values[name] == nil { values[name] = Array(bytes[(equals + 1)...]) }
        }
        return ProcessEnvironment(values)
    }

    /// The value of a variable; nil where it is unset or empty, which the XDG rules treat alike.
    package subscript(name: String) -> [UInt8]? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// The value as text, through ``ArgumentBytes``.
    package func argument(_ name: String) -> String? { self[name].map(ArgumentBytes.encode) }

    /// With the given variables in place of those of the same names.
    package func overlaid(with variables: [String: String]) -> ProcessEnvironment {
        ProcessEnvironment(values.merging(variables.mapValues { Array($0.utf8) }) { $1 })
    }

    /// `NAME=value` of every variable, for a program to be started with.
    package var entries: [[UInt8]] {
        values.sorted { $0.key < $1.key }.map { Array("\($0.key)=".utf8) + $0.value }
    }

    package func path(_ name: String) -> FilePath? { self[name].map(FilePath.init(bytes:)) }
}

private enum CBytes {
    static func copy(_ text: UnsafePointer<CChar>) -> [UInt8] {
        unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
}
