import ContainerFormat
import FileIO
import KeyProviders

/// What is said, once, to whoever encrypts so that only services can open it.
enum OfflineAdvice {
    static let hint =
        "'coffer recovery new' makes a recipient for paper, which opens containers without any service"

    /// Says it unless something offline opens what these recipients get, the keys are backed up, or
    /// it was said before: then, or when a keystore was made.
    ///
    /// Where it cannot be remembered it is not said, as it would be said every time.
    static func give(
        _ recipients: [any KeyProvider], _ local: LocalKeyService, _ console: Console
    ) {
        guard !recipients.contains(where: isOffline), let place = try? local.place,
            !(recipients.allSatisfy { $0 is KeyServiceKey } && isBackedUp(local)),
            (try? EmbeddedKeyService.isFirstAdvice(in: place.bytes)) == true
        else { return }
        console.warning(
            "nothing offline opens this: if the keys' service is lost, the data is",
            hints: [
                hint, "this is said once; --no-offline-advice says it never",
            ])
    }

    private static func isBackedUp(_ local: LocalKeyService) -> Bool {
        guard let service = try? local.existing(), case .made = try? service.backupState() else {
            return false
        }
        return true
    }

    private static func isOffline(_ recipient: any KeyProvider) -> Bool {
        if let group = recipient as? ThresholdGroup {
            return group.members.filter(isOffline).count >= group.needed
        }
        return switch recipient.stanzaType {
        case .keyFile, .passphrase, .recovery: true
        case .awsKMS, .vaultTransit, .pkcs11, .threshold, .batch: false
        }
    }
}
