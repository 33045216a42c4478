import ContainerFormat
import Envelope
import FileIO
import KeyProviders

extension EncryptCommand {
    /// Whether all inputs together make one archive: several and one output, a list and one output,
    /// or options that only an archive has.
    func isOneArchive(_ sources: [InputSource]) throws -> Bool {
        if archive.directory != nil, output.output == nil {
            throw Failure.usage("-C without -o", "name the archive: -o FILE.coffer")
        }
        guard output.output != nil else { return false }
        return sources.count > 1 || !input.filesFrom.isEmpty || archive.directory != nil
    }

    /// Names on the command line stand for what is below them; those of a list for themselves.
    func roots(_ sources: [InputSource]) throws -> [MemberWalk.Root] {
        try sources.enumerated().map { number, source in
            guard case .path(let path) = source else {
                throw Failure.usage(
                    "standard input is no member of an archive", "name files and directories")
            }
            return MemberWalk.Root(path, isRecursive: number < files.count)
        }
    }

    func encryptArchive(
        _ roots: [MemberWalk.Root], _ recipients: [any KeyProvider],
        _ options: EncryptionOptions, _ console: Console
    ) throws -> Batch.Outcome {
        guard !storeName else {
            throw Failure.usage("--store-name is for files: the members of an archive have names")
        }
        let target = try archiveTarget(roots)
        let selection = try archive.selection(roots)
        let file = try output.open(target, inputs: [])
        let name = FileName.path(roots.count == 1 ? roots[0].path : FilePath(text: "archive"))
        let display = ProgressDisplay(console, name: name.displayText)
        defer { display.finish() }
        let findings = ArchiveFindings(console)
        let (summary, memberCount) = try ArchiveEncryption(
            recipients: recipients, options: options
        ).run(selection, to: file, progress: display.progress) { findings.note($0) }
        guard memberCount > 0 else {
            throw Failure(
                .input, "there is nothing to put into an archive", file: name,
                hints: ["look at the names, and at --exclude"])
        }
        try file.commit()
        display.finish()
        let outcome = try SealReport(
            verb: "encrypt", source: name, target: target.name, summary, memberCount: memberCount
        ).show(console, besideData: target.isStandardOutput)
        return findings.hasSerious ? .doneWithWarning : outcome
    }

    private func archiveTarget(_ roots: [MemberWalk.Root]) throws -> OutputOptions.Target {
        if let target = output.explicitTarget { return target }
        var bytes = roots[0].path.bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let path = FilePath(bytes: bytes)
        let name = path.lastComponent.bytes
        guard !name.isEmpty, name != MemberPath.here, name != Array("..".utf8) else {
            throw Failure.usage(
                "'\(path.displayText)' gives the archive no name", "name it: -o FILE.coffer")
        }
        return .path(path.appending(suffix: ".coffer"))
    }
}
