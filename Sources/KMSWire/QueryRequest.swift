package import KMSModel

/// A request of AWS Query: the parameters of a form, `Action=AssumeRole&Version=2011-06-15&…`.
package struct QueryRequest: Equatable, Sendable {
    package static let contentType = "application/x-www-form-urlencoded"
    /// An AssumeRole with everything that it may have is a fifth of it.
    package static let maximumByteCount = 65_536

    package enum Failure: Error, Equatable, Sendable {
        case tooLarge(byteCount: Int)
        /// A `%` without two digits, or bytes that are not UTF-8.
        case malformed
        case duplicateParameter(String)
    }

    private let parameters: [String: String]

    /// - Parameter body: of a POST, or the query of a GET.
    package init(body: [UInt8]) throws(Failure) {
        guard body.count <= Self.maximumByteCount else { throw .tooLarge(byteCount: body.count) }
        var parameters: [String: String] = [:]
        for part in body.split(separator: UInt8(ascii: "&")) {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try Self.text(part[..<end])
            guard parameters[name] == nil else { throw .duplicateParameter(name) }
            parameters[name] = try Self.text(part[end...].dropFirst())
        }
        self.parameters = parameters
    }

    package subscript(name: String) -> String? { parameters[name] }

    /// Whether it has the parameter, or a part of one that is a list or a structure.
    func has(_ name: String) -> Bool {
        parameters.keys.contains { $0 == name || $0.utf8.starts(with: (name + ".").utf8) }
    }

    /// In a form `+` is a blank.
    private static func text(_ bytes: ArraySlice<UInt8>) throws(Failure) -> String {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        let decoded: [UInt8]
        do throws(SigV4Error) {
            decoded = try PercentEncoding.decode(spaced[...])
        } catch {
            throw .malformed
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .malformed }
        return text
    }
}

/// The operations of AWS STS that the service has.
package enum SecurityTokenOperation: Equatable, Sendable {
    case getCallerIdentity
    case assumeRole(AssumeRoleRequest)

    package static let version = "2011-06-15"
    /// The service of the credential scope.
    package static let serviceName = "sts"

    package init(_ request: QueryRequest) throws(SecurityTokenError) {
        guard let action = request["Action"] else {
            throw .missingParameter("The request must contain the parameter Action.")
        }
        guard let version = request["Version"] else {
            throw .missingParameter("The request must contain the parameter Version.")
        }
        guard version == Self.version else { throw Self.unknown(action, version) }
        switch action {
        case "GetCallerIdentity": self = .getCallerIdentity
        case "AssumeRole": self = .assumeRole(try AssumeRoleRequest(request))
        default: throw Self.unknown(action, version)
        }
    }

    private static func unknown(_ action: String, _ version: String) -> SecurityTokenError {
        .invalidAction("Could not find operation \(action) for version \(version)")
    }
}

extension AssumeRoleRequest {
    /// A session without them could do more than was asked for, or would not say what it was to say.
    private static let unsupported = [
        "PolicyArns", "ProvidedContexts", "SerialNumber", "SourceIdentity", "Tags", "TokenCode",
        "TransitiveTagKeys",
    ]

    fileprivate init(_ request: QueryRequest) throws(SecurityTokenError) {
        if let name = Self.unsupported.first(where: request.has) {
            throw .validation("\(name) is not supported.")
        }
        func required(_ name: String) throws(SecurityTokenError) -> String {
            guard let text = request[name] else {
                let member = name.prefix(1).lowercased() + name.dropFirst()
                throw .validation(
                    "1 validation error detected: Value null at '\(member)' failed to satisfy "
                        + "constraint: Member must not be null")
            }
            return text
        }
        var durationSeconds: Int?
        if let text = request["DurationSeconds"] {
            guard text.utf8.allSatisfy(ASCII.isDigit), let seconds = Int(text) else {
                throw .validation("Value '\(text)' at 'durationSeconds' is not a number")
            }
            durationSeconds = seconds
        }
        self.init(
            roleARN: try required("RoleArn"), roleSessionName: try required("RoleSessionName"),
            durationSeconds: durationSeconds, externalID: request["ExternalId"],
            policy: request["Policy"])
    }
}
