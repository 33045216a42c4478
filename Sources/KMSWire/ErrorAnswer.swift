package import KMSModel

/// What a service answers when it does not do what was asked: an exception's name, and mostly a
/// message.
///
/// The message is a stranger's text: whoever prints it escapes it.
package struct ErrorAnswer: Error, Equatable, Sendable {
    /// Without a namespace: `NotFoundException`.
    package let exceptionName: String
    package let message: String?

    /// Longer messages are cut: they are for one line of a person's screen.
    private static let maximumMessageLength = 2048

    package init(exceptionName: String, message: String?) {
        self.exceptionName = exceptionName
        self.message = message
    }

    /// Reads `{"__type":"com.amazonaws.kms#NotFoundException","message":"…"}`, where the message may
    /// be called `Message`, and the type may be in the header `x-amzn-ErrorType` only. With the
    /// header, a body that says nothing (a proxy's page) is no failure.
    package init(body: RawSpan, errorTypeHeader: String? = nil) throws(WireError) {
        let headerName = errorTypeHeader.flatMap(Self.name)
        do throws(WireError) {
            try self.init(try AWSJSON.object(body), headerName: headerName)
        } catch {
            guard let headerName else { throw error }
            self.init(exceptionName: headerName, message: nil)
        }
    }

    private init(_ object: JSONObject, headerName: String?) throws(WireError) {
        let type = try object.optionalText("__type")
        guard let name = type.flatMap(Self.name) ?? headerName else {
            throw type == nil ? .missing(member: "__type") : .unknownValue(member: "__type")
        }
        let capitalised = try object.optionalText("Message")
        let message = try object.optionalText("message") ?? capitalised
        self.init(
            exceptionName: name,
            message: message.map { String($0.prefix(Self.maximumMessageLength)) })
    }

    /// As the server writes it: the type without a namespace, which every SDK takes.
    package init(_ error: KMSError) {
        self.init(exceptionName: error.exceptionName, message: error.message)
    }

    /// Between namespace and address: `com.amazonaws.kms#NotFoundException:http://internal/`.
    private static func name(_ type: String) -> String? {
        let withoutAddress = type.split(separator: ":", omittingEmptySubsequences: false)[0]
        let name = withoutAddress.split(separator: "#", omittingEmptySubsequences: false).last
        guard let name, (1...128).contains(name.utf8.count),
            name.utf8.allSatisfy({ ASCII.isLetterOrDigit($0) || "._".utf8.contains($0) })
        else { return nil }
        return String(name)
    }
}

extension ErrorAnswer: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        try self.init(object, headerName: nil)
    }

    package func write(to json: inout JSONWriter) {
        json.member("__type", exceptionName)
        json.member("message", message)
    }
}
