internal import ContainerFormat
internal import FileIO
internal import KeyProviders
internal import SecretMemory

/// A key that containers are encrypted to and opened with.
///
/// Keys come from the caller alone: a container never chooses one.
public struct ContainerKey: Sendable {
    let provider: any KeyProvider

    /// The key in a file: 32 bytes, or their 64 hex digits.
    ///
    /// Containers know it by `name`, or by one derived from the key.
    public static func keyFile(
        atPath path: String, name: String? = nil
    ) throws(ContainerFailure) -> ContainerKey {
        do throws(KeyReferenceError) {
            let (key, _) = try KeyFile.load(
                FilePath(text: path), name: name.map { Array($0.utf8) })
            return ContainerKey(provider: key)
        } catch { throw ContainerFailure(error) }
    }

    /// A passphrase, copied into memory that is locked and wiped. Making and trying one takes about a
    /// third of a second and 128 MiB.
    ///
    /// A passphrase is the only key of its container: whoever types one that works takes it as a
    /// sign of who made the file.
    public static func passphrase(_ bytes: RawSpan) -> ContainerKey {
        ContainerKey(provider: Passphrase(SecretBytes(copying: bytes)))
    }

    /// The passphrase in a file, without one line end at its end.
    public static func passphrase(
        inFileAtPath path: String
    ) throws(ContainerFailure) -> ContainerKey {
        do throws(FileError) {
            let secret = try SecretInput.passphrase(path: FilePath(text: path))
            return ContainerKey(provider: Passphrase(secret))
        } catch { throw ContainerFailure(error) }
    }
}
