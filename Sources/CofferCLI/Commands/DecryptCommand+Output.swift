import ContainerFormat
import Envelope
import FileIO

extension DecryptCommand {
    /// Where the plaintext of one container goes.
    ///
    /// An existing file is met before any key is asked, unless the name is inside the container.
    final class OpenedOutput {
        private let command: DecryptCommand
        private let source: InputSource
        private let input: InputFile
        private(set) var target: OutputOptions.Target?
        private var file: OutputFile?
        private var hindrance: Failure?

        init(_ command: DecryptCommand, _ source: InputSource, _ input: InputFile) throws {
            self.command = command
            self.source = source
            self.input = input
            guard !command.restoreName, !command.restoresFolder else { return }
            do {
                try open(Self.target(command, source))
            } catch let failure as Failure {
                // A folder of the name is no hindrance to an archive; what it is shows inside.
                guard case .path(let path) = try Self.target(command, source), path.isDirectory
                else { throw failure }
                hindrance = failure
            }
        }

        func file(_ head: Decryption.ContainerHead) throws -> OutputFile? {
            guard !command.restoresFolder else {
                throw Failure(
                    .usage, "\(source.name.displayText) holds no archive", file: source.name,
                    hints: ["leave -C and --in-place away"])
            }
            if let hindrance { throw hindrance }
            if command.restoreName { try open(restoredTarget(head.metadata)) }
            return file
        }

        func commit(_ summary: DecryptionSummary) throws {
            let keepsStatus = source != .standardInput && input.isRegularFile
            var time = keepsStatus ? input.modificationNanoseconds : nil
            if command.restoreMtime {
                guard let stored = summary.metadata?.modificationTime else {
                    throw Failure(
                        .metadata, "\(source.name.displayText) holds no time", file: source.name,
                        hints: ["leave --restore-mtime away"])
                }
                time = stored
            }
            try file?.commit(mode: keepsStatus ? input.mode : nil, modificationNanoseconds: time)
        }

        private func open(_ target: OutputOptions.Target) throws {
            self.target = target
            file = try command.output.open(target, inputs: [input.identity])
        }

        private func restoredTarget(_ metadata: Metadata?) throws -> OutputOptions.Target {
            guard let metadata, metadata.name != nil else {
                throw Failure(
                    .metadata, "\(source.name.displayText) holds no name", file: source.name,
                    hints: ["name the output with -o"])
            }
            let name = FilePath(bytes: try metadata.restorableName())
            guard case .path(let path) = source else { return .path(name) }
            let isBare = path.lastComponent == path
            return .path(isBare ? name : path.directory.appending(component: name))
        }

        static func target(
            _ command: DecryptCommand, _ source: InputSource
        ) throws -> OutputOptions.Target {
            if let target = command.output.explicitTarget { return target }
            guard case .path(let path) = source else {
                return .standardOutput(isExplicit: false)
            }
            return .path(try DecryptCommand.plainName(of: path))
        }
    }
}

extension ContainerContext {
    /// Pairs in their order; names and values are UTF-8 by the format.
    var json: JSONValue {
        .object(
            pairs.map {
                (
                    String(decoding: $0.key, as: UTF8.self),
                    .text(String(decoding: $0.value, as: UTF8.self))
                )
            })
    }
}
