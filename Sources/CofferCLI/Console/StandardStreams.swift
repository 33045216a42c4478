import FileIO
import Glibc

/// Text for people and scripts. Results go to standard output, all else to standard error.
enum StandardStreams {
    /// - Throws: ``FileError/brokenPipe`` when nobody reads it any more.
    static func writeOutput(_ text: String) throws(FileError) {
        unsafe try OutputFile.standardOutput().write(Array(text.utf8).span.bytes)
    }

    /// Nobody can be told when standard error fails.
    static func writeError(_ text: String) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.span.withUnsafeBytes { buffer in
                unsafe write(
                    STDERR_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
            done += max(0, count)
        }
    }
}
