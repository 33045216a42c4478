internal import CofferConfiguration
internal import ContainerFormat
internal import Envelope
internal import FileIO
internal import KMSService
internal import KeyProviders

/// Why a container was not written or not opened.
public struct ContainerFailure: Error, Equatable, Sendable {
    /// What kind of failure it is; stable from version to version.
    public enum Kind: String, Sendable, CaseIterable {
        /// Damaged, forged, cut or lengthened. Not a byte of it is to be believed.
        case damaged
        /// Not a container, or one that a newer version made.
        case notSupported
        /// None of the given keys opens it.
        case noKey
        /// The context or another requirement of the caller is not met, or a limit was passed.
        case refused
        /// A file could not be opened, read, made or written.
        case file
        /// The key service could not be used.
        case keyService
        /// The call itself was wrong.
        case usage
        /// A contradiction inside the library.
        case `internal`
    }

    public let kind: Kind
    /// In English, for logs; not stable.
    public let detail: String

    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    init(_ error: any Error) {
        switch error {
        case let error as ContainerFailure: self = error
        case let error as ContainerError:
            self.init(Self.kind(error.code), "container: \(error.code.rawValue)")
        case let error as UnlockFailure: self.init(Self.kind(error.code), "no recipient opened")
        case let error as FileError: self.init(.file, "file: \(error)")
        case let error as KeyReferenceError:
            if case .keyFileUnreadable(let reason) = error {
                self.init(.file, "key file: \(reason)")
            } else {
                self.init(.usage, "key: \(error)")
            }
        case EnvelopeError.cannotWrap(let recipient, let reason):
            self.init(.keyService, "key '\(recipient)': \(reason)")
        case let error as EmbeddedKeyServiceError: self.init(.keyService, "keystore: \(error)")
        case let error as KMSServiceError: self.init(.keyService, "key service: \(error)")
        case let error as ConfigurationError: self.init(.keyService, "keystore: \(error)")
        case let error as EnvelopeError: self.init(.usage, "call: \(error)")
        default: self.init(.internal, "internal: \(error)")
        }
    }

    private static func kind(_ code: ContainerError.Code) -> Kind {
        switch code {
        case .magic, .version, .unsupported: .notSupported
        case .header, .headerMAC, .preamble, .truncated, .frame, .auth, .zstd, .index, .trailing,
            .armor, .metadata:
            .damaged
        case .limit, .context: .refused
        case .noKey: .noKey
        }
    }

    private static func kind(_ code: UnlockFailure.Code) -> Kind {
        switch code {
        case .unreachable, .denied, .configuration, .keystore: .keyService
        case .limit: .refused
        case .engine: .internal
        case .noKey: .noKey
        }
    }
}
