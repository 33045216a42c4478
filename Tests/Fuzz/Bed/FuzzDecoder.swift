internal import ContainerFormat
internal import Envelope
internal import FileIO
internal import FrameSealing
internal import Glibc
internal import KeyProviders

/// What a decoder answered: a code, and the bytes that it let out.
package struct FuzzOutcome: Equatable {
    package var code: String
    package var released: [UInt8]
}

/// Runs the product on bytes: input from a file or a pipe, output to where it can be looked at.
package enum FuzzDecoder {
    package enum Input { case file, pipe }

    package static func decrypt(
        _ container: [UInt8], from input: Input, workers: Int
    ) -> FuzzOutcome {
        var options = DecryptionOptions()
        options.workerCount = workers
        options.engine = workers == 1 ? .openSSL : .swiftCrypto
        let decryption = Decryption(keys: [ForgedContainer.provider], options: options)
        return releasing { output in
            _ = try decryption.run(open(container, input), to: output)
        }
    }

    package static func read(_ container: [UInt8], _ range: Range<UInt64>) -> FuzzOutcome {
        let reader = RangeReader(keys: [ForgedContainer.provider], options: DecryptionOptions())
        return releasing { output in
            _ = try reader.run(open(container, .file), range, to: output)
        }
    }

    /// Nothing is compared but the code.
    package static func structure(_ container: [UInt8], from input: Input) -> String {
        releasing { _ in _ = try StructureCheck().run(open(container, input)) }.code
    }

    /// Standard output is a file in memory here; libFuzzer speaks on standard error.
    private static func releasing(_ body: (OutputFile) throws -> Void) -> FuzzOutcome {
        precondition(standardOutput, "fuzz: standard output cannot be replaced")
        precondition(ftruncate(STDOUT_FILENO, 0) == 0 && lseek(STDOUT_FILENO, 0, SEEK_SET) == 0)
        var code = "ok"
        do { try body(OutputFile.standardOutput()) } catch { code = self.code(error) }
        let count = lseek(STDOUT_FILENO, 0, SEEK_END)
        precondition(count >= 0, "fuzz: standard output does not seek")
        var released = [UInt8](repeating: 0, count: count)
        let read = unsafe pread(STDOUT_FILENO, &released, count, 0)
        precondition(read == count, "fuzz: standard output does not read back")
        return FuzzOutcome(code: code, released: released)
    }

    private static let standardOutput: Bool = {
        dup2(memoryFile("output"), STDOUT_FILENO) == STDOUT_FILENO
    }()

    private static let inputFile = memoryFile("input")

    /// A regular file without a name, in memory.
    private static func memoryFile(_ purpose: String) -> Int32 {
        let name = "/coffer-fuzz-\(purpose)-\(getpid())"
        let file = unsafe shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600)
        precondition(unsafe file >= 0 && shm_unlink(name) == 0, "fuzz: no shared memory")
        return file
    }

    private static func open(_ bytes: [UInt8], _ input: Input) throws -> InputFile {
        switch input {
        case .file:
            precondition(ftruncate(inputFile, 0) == 0)
            precondition(unsafe pwrite(inputFile, bytes, bytes.count, 0) == bytes.count)
            return try InputFile(path: FilePath(text: "/proc/self/fd/\(inputFile)"))
        case .pipe:
            var ends: [Int32] = [0, 0]
            precondition(unsafe pipe(&ends) == 0)
            precondition(unsafe write(ends[1], bytes, bytes.count) == bytes.count)
            precondition(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO)
            close(ends[0])
            close(ends[1])
            return try InputFile.standardInput()
        }
    }

    /// Only what a container can be refused for: anything else is a finding.
    private static func code(_ error: any Error) -> String {
        switch error {
        case let error as ContainerError: error.code.rawValue
        case let failure as UnlockFailure: "\(failure.code)"
        default: preconditionFailure("fuzz: \(error)")
        }
    }
}
