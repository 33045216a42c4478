package enum PostQuantumError: Error, Equatable, Sendable {
    /// The bytes are no key of this parameter set.
    case notAKey
    /// The bytes are no encapsulation of this parameter set.
    case notAnEncapsulation
    /// The library refused the call.
    case libraryFailure(operation: String)
}
