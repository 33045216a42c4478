import ArchiveIO
import ContainerFormat
import FileIO

extension Failure {
    init(_ error: ArchiveError, file: FileName?) {
        let name = file?.displayText ?? "the archive"
        switch error {
        case .malformed(let text):
            self.init(
                .archive, "\(name): the archive inside is malformed: \(Escaped.text(text))",
                file: file,
                hints: ["'coffer decrypt -o -' gives it as it is, authentic all the same"])
        case .libraryFailure(let text):
            self.init(
                .internal, "\(name): the archive library failed: \(Escaped.text(text))", file: file,
                hints: ["please report this with 'coffer version --json'"])
        case .cannotWrite(let number, let text):
            let reason = number > 0 ? SystemError(number).phrase : Escaped.text(text)
            self.init(
                .io, "\(name): the restore failed: \(reason)", file: file,
                hints: ["make room or restore elsewhere with -C; nothing incomplete was left"])
        }
    }

    init(_ error: MemberIndexError, file: FileName?) {
        let name = file?.displayText ?? "the archive"
        let what =
            switch error {
            case .footer: "its end names no member index"
            case .mark: "the member index is not where its end says"
            case .entry: "the member index does not fit the archive"
            case .padding: "there is something after the member index"
            }
        self.init(
            .archive, "\(name): \(what)", file: file,
            hints: ["'coffer decrypt' restores it without the index"])
    }
}
