import FileIO
import KeyProviders
import SecretMemory

/// Makes key files: 32 random bytes as a line of 64 hex digits, for their owner alone.
enum NewKeyFile {
    static func create(_ path: FilePath, replacing: Bool) throws {
        let output: OutputFile
        do throws(FileError) {
            output = try OutputFile(path: path, replacing: replacing)
        } catch { throw Failure(output: error) }
        let key = SecretBytes(randomByteCount: WrappingKey.byteCount)
        let line = key.withBytes { key in
            SecretBytes(byteCount: 2 * key.byteCount + 1) { line in
                for offset in 0..<key.byteCount {
                    let digits = Hex.digits(
                        unsafe key.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
                    line.storeBytes(of: digits[0], toByteOffset: 2 * offset, as: UInt8.self)
                    line.storeBytes(of: digits[1], toByteOffset: 2 * offset + 1, as: UInt8.self)
                }
                line.storeBytes(
                    of: UInt8(ascii: "\n"), toByteOffset: 2 * key.byteCount, as: UInt8.self)
            }
        }
        try line.withBytes { try output.write($0) }
        try output.commit(mode: 0o600)
    }
}
