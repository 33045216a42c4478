import PKCS11Token
import SecretMemory
import Synchronization

/// A token with the PIN that it may ask for.
final class OpenToken: Sendable {
    final class PIN: Sendable {
        private let secret = Mutex<SecretBytes?>(nil)

        func give(_ pin: consuming SecretBytes) {
            var pin: SecretBytes? = pin
            secret.withLock { $0 = pin.take() }
        }

        func forget() { secret.withLock { $0 = nil } }

        func lend() -> SecretBytes? {
            secret.withLock { secret in
                switch secret {
                case .some(let pin): pin.duplicate()
                case nil: nil
                }
            }
        }
    }

    let pin: PIN
    let token: Token

    init(_ uri: TokenURI, modulePath: String?) throws(TokenError) {
        let pin = PIN()
        self.pin = pin
        token = try Token(uri: uri, modulePath: modulePath) { pin.lend() }
    }

    func forget() {
        pin.forget()
        token.forget()
    }
}
