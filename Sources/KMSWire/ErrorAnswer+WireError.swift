extension ErrorAnswer {
    /// What a client is told whose request could not be read.
    package init(_ error: WireError) {
        switch error {
        case .invalid(let violations): self.init(violations: violations)
        case .missing(let member):
            self.init(violations: [RequestCheck.missing(Self.nameInMessages(member))])
        case .unknownValue(let member), .wrongLength(let member, _), .invalidContext(let member):
            self.init(violations: [
                "Value at '\(Self.nameInMessages(member))' failed to satisfy constraint: "
                    + "Member must be valid"
            ])
        case .notConvertible(let message):
            self.init(exceptionName: "SerializationException", message: message)
        case .tooLarge, .tooComplex, .notJSON, .duplicateMember, .wrongType, .invalidBase64:
            self.init(exceptionName: "SerializationException", message: nil)
        }
    }

    private init(violations: [String]) {
        let errors = violations.count == 1 ? "error" : "errors"
        self.init(
            exceptionName: "ValidationException",
            message: "\(violations.count) validation \(errors) detected: "
                + violations.joined(separator: "; "))
    }

    private static func nameInMessages(_ member: String) -> String {
        MemberRule.required(member, .boolean).nameInMessages
    }
}
