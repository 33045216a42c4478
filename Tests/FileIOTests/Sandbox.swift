import FileIO
import Foundation

/// A directory for one test, gone with it.
final class Sandbox: Sendable {
    let directory: FilePath

    init() {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-fileio-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("sandbox: \(error)")
        }
        directory = FilePath(text: url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: text(directory)) }

    func path(_ name: String) -> FilePath { directory.appending(component: name) }

    func text(_ path: FilePath) -> String { path.utf8Text ?? "" }

    func text(_ name: String) -> String { text(path(name)) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o644) throws -> FilePath {
        try Data(bytes).write(to: URL(fileURLWithPath: text(name)))
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: text(name))
        return path(name)
    }

    func read(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: text(name))))
    }

    /// Everything that lies in the directory.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: text(directory)).sorted()
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: text(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: text(name), withDestinationPath: target)
    }
}

extension InputFile {
    /// Everything, by reads of `step` bytes.
    func everything(step: Int) throws(FileError) -> [UInt8] {
        var result: [UInt8] = []
        var block = [UInt8](repeating: 0, count: step)
        while true {
            var span = block.mutableSpan
            var room = unsafe span.mutableBytes
            let count = try read(into: &room)
            result += block.prefix(count)
            if count < step { return result }
        }
    }

    func bytes(_ range: Range<Int>) throws(FileError) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: range.count)
        var span = block.mutableSpan
        var room = unsafe span.mutableBytes
        try read(into: &room, at: UInt64(range.lowerBound))
        return block
    }
}

/// `count` bytes in which every place can be told from its neighbours.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}

extension OutputFile {
    func write(_ first: [UInt8], _ second: [UInt8]) throws(FileError) {
        unsafe try write(first.span.bytes, second.span.bytes)
    }

    func write(_ first: [UInt8], _ second: [UInt8], at offset: UInt64) throws(FileError) {
        unsafe try write(first.span.bytes, second.span.bytes, at: offset)
    }
}
