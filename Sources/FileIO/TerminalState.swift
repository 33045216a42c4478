internal import Glibc

/// How the terminal was before a program was given the use of it.
struct TerminalState: Sendable {
    private let mode: termios

    /// Nil where there is no controlling terminal.
    init?() {
        guard let descriptor = Self.open() else { return nil }
        var mode = termios()
        guard unsafe tcgetattr(descriptor.number, &mode) == 0 else { return nil }
        self.mode = mode
    }

    /// Puts it back, unless another job has the terminal now: that would stop this process.
    func restore() {
        guard let descriptor = Self.open(), tcgetpgrp(descriptor.number) == getpgrp() else {
            return
        }
        var mode = mode
        while unsafe tcsetattr(descriptor.number, TCSADRAIN, &mode) != 0 && errno == EINTR {}
    }

    private static func open() -> Descriptor? {
        try? Descriptor(opening: FilePath(text: "/dev/tty"), flags: O_RDWR)
    }
}
