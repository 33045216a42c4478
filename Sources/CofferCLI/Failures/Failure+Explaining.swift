import ArchiveIO
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO
import KMSService
import KeyAgent
import KeyProviders

extension Failure {
    /// What to say of an error thrown in the rooms below.
    ///
    /// `file` is the input at hand, for errors that do not name one. What no room declares is a
    /// contradiction of our own.
    init(explaining error: any Error, file: FileName? = nil) {
        switch error {
        case var failure as Failure:
            failure.file = failure.file ?? file
            self = failure
        case let error as FileError: self.init(error)
        case let error as ContainerError: self.init(error, file: file)
        case let error as ArchiveError: self.init(error, file: file)
        case let error as MemberIndexError: self.init(error, file: file)
        case let error as SystemError:
            self.init(
                .io, "\(file?.displayText ?? "the work") failed: \(error.phrase)", file: file)
        case let error as UnlockFailure: self.init(error, file: file)
        case let error as EnvelopeError: self.init(error, file: file)
        case let error as KeyProviderError: self.init(error, key: nil)
        case let error as KeyReferenceError: self.init(error)
        case let error as AgentClientError: self.init(error, key: nil)
        case let error as EmbeddedKeyServiceError: self.init(error)
        case let error as KMSServiceError: self.init(error)
        case let error as ConfigurationError: self.init(error)
        default:
            self.init(
                .internal, "internal error: \(Escaped.text(String(describing: error)))", file: file,
                hints: ["please report this with the command and 'coffer version --json'"])
        }
    }
}
