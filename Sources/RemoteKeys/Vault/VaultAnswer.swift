internal import KMSWire

/// What Vault answers: `{"data": …}`, or `{"errors": […]}`.
struct VaultAnswer: Sendable {
    /// As much of the service's words as a line can take.
    private static let messageLimit = 300

    let status: Int
    /// Nothing of an answer without a body, or one that is no JSON.
    let json: JSONObject?

    init(_ answer: HTTPAnswer) {
        status = answer.status
        do throws(WireError) {
            json = answer.body.count == 0 ? nil : try answer.body.withBytes(JSONObject.init)
        } catch { json = nil }
    }

    var isSuccess: Bool { status == 200 || status == 204 }
    var isReadable: Bool { json != nil }

    /// Reads from the object `name` of the answer; what is missing there, or of another type, makes
    /// the whole a bad answer.
    func read<Value: ~Copyable>(
        _ name: String, _ body: (JSONObject) throws(WireError) -> Value
    ) throws(VaultError) -> Value {
        guard let json else { throw .badAnswer }
        do throws(WireError) { return try body(json.object(name)) } catch { throw .badAnswer }
    }

    /// The errors as one line.
    var message: String {
        let errors: [String]
        do throws(WireError) { errors = try json?.texts("errors") ?? [] } catch { errors = [] }
        let words = errors.joined(separator: "; ").split { $0.isWhitespace }
        return String(words.joined(separator: " ").prefix(Self.messageLimit))
    }
}
