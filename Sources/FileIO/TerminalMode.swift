internal import Glibc
internal import Synchronization

/// The terminal while its echo is off, known to the signal thread so that it can put it back.
@safe
final class TerminalMode: Sendable {
    static let shared = TerminalMode()

    private struct Hidden {
        let descriptor: Int32
        let before: termios
        let during: termios
        let prompt: [UInt8]
    }

    private let hidden = Mutex<Hidden?>(nil)

    /// Shows `prompt` and turns the echo off. Line editing and the keys for signals stay.
    func hide(_ descriptor: Int32, prompt: [UInt8]) throws(SystemError) {
        try hidden.withLock { (hidden) throws(SystemError) in
            var before = termios()
            guard unsafe tcgetattr(descriptor, &before) == 0 else { throw .last }
            var during = before
            during.c_lflag &= ~tcflag_t(ECHO)
            during.c_lflag |= tcflag_t(ICANON | ISIG)
            during.c_iflag |= tcflag_t(ICRNL)
            hidden = Hidden(
                descriptor: descriptor, before: before, during: during, prompt: prompt)
            Self.apply(during, descriptor)
            Self.write(prompt, descriptor)
        }
    }

    func show() {
        hidden.withLock { state in
            guard let prompt = state else { return }
            Self.apply(prompt.before, prompt.descriptor)
            state = nil
        }
    }

    /// Before the process stops: the shell gets its terminal back as it was.
    func suspend() {
        hidden.withLock { state in
            if let prompt = state { Self.apply(prompt.before, prompt.descriptor) }
        }
    }

    /// After it continues: asks again, as the kernel dropped what was typed.
    func resume() {
        hidden.withLock { state in
            guard let prompt = state else { return }
            Self.apply(prompt.during, prompt.descriptor)
            Self.write(prompt.prompt, prompt.descriptor)
        }
    }

    private static func apply(_ mode: termios, _ descriptor: Int32) {
        var mode = mode
        // Drops what was typed before: it was meant for something else. Nothing can be done about
        // a failure, and the terminal may be gone.
        while unsafe tcsetattr(descriptor, TCSAFLUSH, &mode) != 0 && errno == EINTR {}
    }

    private static func write(_ text: [UInt8], _ descriptor: Int32) {
        try? Descriptor(borrowing: descriptor).write(text)
    }
}
