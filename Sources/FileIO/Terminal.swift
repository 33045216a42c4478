internal import CLinux
internal import Glibc
package import SecretMemory
internal import Synchronization

/// The person's terminal, wherever standard input and output lead.
///
/// ``SignalCleanup`` has to be installed: it puts the echo back when Ctrl-C or Ctrl-Z comes while a
/// secret is typed.
package final class Terminal: Sendable {
    private let descriptor: Descriptor
    /// One question at a time.
    private static let asking = Mutex(())

    /// - Throws: ``FileError/noTerminal``
    package init() throws(FileError) {
        do throws(SystemError) {
            descriptor = try Descriptor(opening: FilePath(text: "/dev/tty"), flags: O_RDWR)
        } catch {
            throw .noTerminal
        }
    }

    /// What the person types up to the end of the line, unseen; at most 4095 bytes, as the kernel's
    /// line editor has it.
    ///
    /// - Throws: ``FileError/promptEnded`` for Ctrl-D on an empty line.
    package func askSecret(prompt: String) throws(FileError) -> SecretBytes {
        try Self.asking.withLock { (_) throws(FileError) -> SecretBytes in
            do throws(SystemError) {
                try TerminalMode.shared.hide(descriptor.number, prompt: Array(prompt.utf8))
            } catch {
                throw .noTerminal
            }
            defer {
                TerminalMode.shared.show()
                show("\n")
            }
            return try readLine()
        }
    }

    /// Shows text that needs no answer, such as what is wrong with the last one.
    package func show(_ text: String) {
        // A terminal that is gone has nobody to read this.
        try? descriptor.write(Array(text.utf8))
    }

    /// Whether descriptor 0, 1 or 2 is a terminal.
    package static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }

    /// Columns of the terminal on `number`; nil where it is none or does not say.
    package static func width(_ number: Int32) -> Int? {
        let columns = coffer_terminal_columns(number)
        return columns > 0 ? Int(columns) : nil
    }

    private func readLine() throws(FileError) -> SecretBytes {
        var count = 0
        var ended = false
        let line = try SecretBytes(byteCount: 4096) { (span) throws(FileError) in
            do throws(SystemError) {
                (count, ended) = unsafe try span.withUnsafeMutableBytes {
                    (buffer) throws(SystemError) -> (Int, Bool) in
                    unsafe try descriptor.readLine(into: buffer)
                }
            } catch {
                throw .readFailed(.terminal, error)
            }
        }
        if ended && count == 0 { throw .promptEnded }
        return line.prefix(byteCount: count)
    }
}

extension Descriptor {
    /// One line without its end, and whether the input ended instead of the line.
    fileprivate func readLine(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> (Int, ended: Bool) {
        var filled = 0
        while filled < buffer.count {
            let count = unsafe Glibc.read(
                number, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count > 0 {
                filled += count
                if unsafe buffer[filled - 1] == UInt8(ascii: "\n") { return (filled - 1, false) }
            } else if count == 0 {
                return (filled, true)
            } else if errno != EINTR {
                throw .last
            }
        }
        return (filled, false)
    }
}
