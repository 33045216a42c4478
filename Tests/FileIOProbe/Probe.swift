import FileIO
import Glibc
import SecretMemory

/// Does one thing in a process that a test can signal, kill or give a terminal.
///
/// - `hold nameless|named PATH`: begins an output, says `ready`, waits for ever.
/// - `prompt`: asks for a secret on the terminal and prints it, or the error.
/// - `flood`: writes to standard output until the reader is gone, then exits 141.
/// - `append TEXT`: writes TEXT to standard output.
/// - `settle COUNT`: sends itself signals, and prints how many of them were given out in time.
/// - `skim`: copies standard input to standard output.
@main
struct Probe {
    static func main() {
        StandardDescriptors.fillMissing()
        SignalCleanup.install()
        let arguments = ProcessArguments.current()
        do throws(FileError) {
            switch arguments.first {
            case "hold": try hold(arguments)
            case "prompt": try prompt()
            case "flood": try flood()
            case "append": try append(arguments[1])
            case "settle": try settle(arguments[1])
            case "skim": try skim()
            default: exit(64)
            }
        } catch {
            SignalCleanup.discardUnfinished()
            if error == .brokenPipe { exit(141) }
            print("error: \(error)")
            exit(1)
        }
    }

    private static func hold(_ arguments: [String]) throws(FileError) {
        let output = try OutputFile(
            path: FilePath(argument: arguments[2]), replacing: true,
            named: arguments[1] == "named")
        try output.write([1, 2, 3])
        try append("ready\n")
        while true { pause() }
    }

    private static func prompt() throws(FileError) {
        let secret = try Terminal().askSecret(prompt: "secret: ")
        let text = secret.withBytes { bytes in
            String(
                decoding: (0..<bytes.byteCount).map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                },
                as: UTF8.self)
        }
        try append("got <\(text)>\n")
    }

    private static func flood() throws(FileError) {
        let output = OutputFile.standardOutput()
        let block = [UInt8](repeating: 0, count: 1 << 16)
        while true { try output.write(block) }
    }

    private static func append(_ text: String) throws(FileError) {
        let output = OutputFile.standardOutput()
        try output.write(ArgumentBytes.decode(text))
        try output.commit()
    }

    private static func settle(_ count: String) throws(FileError) {
        let signals = SignalCount()
        SignalCleanup.hand(to: signals)
        var inTime = 0
        for number in 1...(Int(count) ?? 1) {
            kill(getpid(), SIGINT)
            SignalCleanup.settle()
            if signals.value == number { inTime += 1 }
        }
        try append("\(inTime)\n")
    }

    private static func skim() throws(FileError) {
        let input = try InputFile.standardInput()
        let output = OutputFile.standardOutput()
        var block = [UInt8](repeating: 0, count: 1000)
        while true {
            var span = block.mutableSpan
            var room = unsafe span.mutableBytes
            let count = try input.read(into: &room)
            unsafe try output.write(block.span.bytes.extracting(first: count))
            if count < 1000 { break }
        }
        try output.commit()
    }
}
