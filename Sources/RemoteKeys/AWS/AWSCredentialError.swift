package import FileIO

/// Why there are no credentials for AWS.
package enum AWSCredentialError: Error, Equatable, Sendable {
    /// No source has any: neither environment nor files, container nor instance metadata.
    case notFound
    /// One half of a pair is there: the environment variable or profile option that is missing.
    case missing(String, profile: String?)
    case noSuchProfile(String)
    case unreadable(FileError)
    /// A shared file is none, from this line on.
    case malformed(FilePath, line: Int)
    /// The profile sets both source_profile and credential_source, of which it needs one.
    case twoSources(profile: String)
    /// Roles that assume each other.
    case profileLoop(String)
    /// The role wants a code from a device, and there is nobody to ask.
    case needsMFA(profile: String)
    /// The profile signs in through SSO or a login: its credentials come by `credential_process`.
    case needsCredentialProcess(profile: String, option: String)
    case unknownCredentialSource(String, profile: String)
    case process(CredentialProcess.Failure, profile: String)
    /// The address of the container's credentials is not among those that may be asked.
    case hostNotAllowed(variable: String)
    /// A service's address that is none, or where keys would go unprotected.
    case badEndpoint(source: String)
    case badTLS(TLSSettings.Failure)
    case noRegion
    case refused(service: String, name: String)
    case unreachable(service: String, TransportError)
    /// The service answered, and with no credentials.
    case badAnswer(service: String)
    /// They ended, and there are no new ones.
    case expired
}
