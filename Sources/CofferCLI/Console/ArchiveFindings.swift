import Envelope
import FileIO
import Synchronization

/// Tells what was met while a tree was read, as it comes, and remembers whether it matters.
final class ArchiveFindings: Sendable {
    private let console: Console
    private let seriousCount = Mutex(0)

    init(_ console: Console) { self.console = console }

    var hasSerious: Bool { seriousCount.withLock { $0 } > 0 }

    func note(_ finding: ArchiveFinding) {
        if finding.isSerious { seriousCount.withLock { $0 += 1 } }
        switch finding {
        case .unreadable(let path, let error):
            console.warning("'\(path.displayText)' is left out: \(error.phrase)")
        case .vanished(let path):
            console.warning("'\(path.displayText)' is left out: it vanished meanwhile")
        case .changed(let path):
            console.warning("'\(path.displayText)' changed while it was read")
        case .cutShort(let path, let error?):
            console.warning(
                "'\(path.displayText)' could not be read to its end, zeros stand for the rest: "
                    + error.phrase)
        case .cutShort(let path, nil):
            console.warning(
                "'\(path.displayText)' became shorter while it was read: zeros stand for the rest")
        case .attributesLeftOut(let path):
            console.warning("'\(path.displayText)' is stored without some of its attributes")
        case .nameTooLong(let path):
            console.warning("'\(path.displayText)' is left out: its name is too long")
        case .otherFileSystem(let path):
            console.note("'\(path.displayText)' is another file system and left out")
        case .socket(let path):
            console.note("'\(path.displayText)' is a socket and left out")
        }
    }
}
