import FileIO
import Glibc

/// Text for people: results go to standard output, all else to standard error.
enum Console {
    static func write(_ text: String) throws(FileError) {
        unsafe try OutputFile.standardOutput().write(Array(text.utf8).span.bytes)
    }

    static func note(_ text: String) { writeError("note: \(text)\n") }

    static func hint(_ text: String) { writeError("hint: \(text)\n") }

    static func warning(_ text: String) { writeError("warning: \(text)\n") }

    /// In one write, where the pipe takes it: lines of several threads do not mix. Nobody can be told
    /// when standard error fails.
    static func writeError(_ text: String) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.span.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    STDERR_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
            done += max(0, count)
        }
    }
}
