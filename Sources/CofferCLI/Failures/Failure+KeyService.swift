import FileIO
import KMSDomain
import KMSModel
import KMSService
import KeyProviders

extension Failure {
    /// `key` is what the person named.
    init(_ error: KMSServiceError, key: String? = nil) {
        switch error {
        case .refused(let refusal): self.init(refusal, key: key)
        case .store(let error): self.init(EmbeddedKeyServiceError.store(error))
        case .audit(let error): self.init(EmbeddedKeyServiceError.audit(error))
        case .backend(let error): self.init(error)
        case .hasToWait: self.init(.internal, "a call that may wait was not let wait")
        }
    }

    init(_ error: KMSError, key: String?) {
        let subject = key.map { "'\(Escaped.argument($0))': " } ?? ""
        let message = subject + Escaped.text(error.message ?? error.exceptionName)
        switch error {
        case .notFound:
            self.init(.noKey, message, hints: ["see the keys with 'coffer key list'"])
        case .invalidCiphertext, .incorrectKey:
            self.init(.noKey, "\(subject)the key does not open it")
        case .alreadyExists:
            self.init(
                .output,
                key.map { "'\(Escaped.argument($0))' is the name of a key already" } ?? message,
                hints: ["give it to another key with 'coffer key alias'"])
        case .disabled:
            self.init(
                .denied, message,
                hints: ["enable it: coffer key enable \(Self.name(key))"])
        case .kmsInvalidState:
            self.init(
                .denied, message,
                hints: [
                    "see its state: coffer key describe \(Self.name(key))",
                    "a scheduled deletion is called off with 'coffer key cancel-deletion'",
                ])
        case .dependencyTimeout, .keyUnavailable, .xksProxyURIUnreachable:
            self.init(.unreachable, message, hints: ["try again"], isRetryable: true)
        case .invalidAliasName, .invalidArn, .invalidMarker, .invalidKeyUsage, .validation,
            .unsupportedOperation, .invalidGrantID, .invalidGrantToken, .invalidImportToken,
            .expiredImportToken, .incorrectKeyMaterial, .malformedPolicyDocument, .tag,
            .kmsInvalidMAC, .kmsInvalidSignature:
            self.init(.usage, message, hints: ["see 'coffer key --help'"])
        case .limitExceeded: self.init(.limit, message)
        case .accessDenied, .notAuthorized, .conflict, .dryRunOperation,
            .cloudHSMClusterInUse, .cloudHSMClusterInvalidConfiguration,
            .cloudHSMClusterNotActive, .cloudHSMClusterNotFound, .cloudHSMClusterNotRelated,
            .customKeyStoreHasCMKs, .customKeyStoreInvalidState, .customKeyStoreNameInUse,
            .customKeyStoreNotFound, .incorrectTrustAnchor, .xksKeyAlreadyInUse,
            .xksKeyInvalidConfiguration, .xksKeyNotFound,
            .xksProxyIncorrectAuthenticationCredential, .xksProxyInvalidConfiguration,
            .xksProxyInvalidResponse, .xksProxyURIEndpointInUse, .xksProxyURIInUse,
            .xksProxyVPCEndpointServiceInUse, .xksProxyVPCEndpointServiceInvalidConfiguration,
            .xksProxyVPCEndpointServiceNotFound:
            self.init(.denied, message)
        case .kmsInternal:
            self.init(
                .internal, message,
                hints: ["please report this with 'coffer version --json'"])
        }
    }

    init(_ error: KeyBackendError) {
        switch error {
        case .materialNotAuthentic:
            self.init(
                .keystore, "key material in the keystore is damaged",
                hints: ["restore a backup: coffer key restore FILE"])
        case .cryptographyFailed, .unsupported, .notAuthentic, .notAPublicKey:
            self.init(
                .internal, "the cryptographic library refused",
                hints: ["please report this with 'coffer version --json'"])
        case .rootOfTrust(.lost):
            self.init(
                .unreachable, "the keystore's root cannot be used: coffer-agent ended",
                hints: ["try again"], isRetryable: true)
        case .keyStoreUnavailable(let detail):
            self.init(
                .unreachable, "the key's store cannot be used: \(Escaped.text(detail))",
                isRetryable: true)
        case .rootOfTrust(.unavailable(let detail)):
            self.init(
                .unreachable, "the keystore's root cannot be used: \(Escaped.text(detail))",
                hints: ["is its token there? then try again"], isRetryable: true)
        }
    }

    private static func name(_ key: String?) -> String {
        key.map { Escaped.argument($0) } ?? "KEY"
    }
}
