internal import FileIO
internal import KeyProviders

extension ContainerKey {
    /// The public half of a recovery key, `age1pq1…`: encrypts, opens nothing.
    public static func recovery(recipient: String) throws(ContainerFailure) -> ContainerKey {
        do throws(RecoveryTextError) {
            return ContainerKey(
                provider: RecoveryKey(try RecoveryRecipient(text: Array(recipient.utf8))))
        } catch { throw ContainerFailure(.usage, "recovery recipient: \(error)") }
    }

    /// The recovery key in a file that `coffer recovery new -o` or `age-keygen -pq` wrote. It opens
    /// if the file has the secret half.
    public static func recovery(
        fileAtPath path: String
    ) throws(ContainerFailure) -> ContainerKey {
        do throws(KeyReferenceError) {
            let key =
                switch try RecoveryFile.load(FilePath(text: path)).file {
                case .identity(let identity): RecoveryKey(identity)
                case .recipient(let recipient): RecoveryKey(recipient)
                }
            return ContainerKey(provider: key)
        } catch { throw ContainerFailure(error) }
    }
}
