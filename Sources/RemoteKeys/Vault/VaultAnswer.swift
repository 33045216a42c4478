/// What Vault answers: `{"data": …}`, or `{"errors": […]}`.
struct VaultAnswer: Sendable {
    /// As much of the service's words as a line can take.
    private static let messageLimit = 300

    let status: Int
    let json: JSONAnswer?

    init(_ answer: HTTPAnswer) {
        status = answer.status
        json = JSONReader.read(answer.body)
    }

    var isSuccess: Bool { status == 200 || status == 204 }
    var isReadable: Bool { json?.isObject == true }
    var data: JSONAnswer? { json?["data"] }
    var auth: JSONAnswer? { json?["auth"] }

    /// The errors as one line.
    var message: String {
        let errors = json?["errors"]?.elements?.compactMap(\.string) ?? []
        let words = errors.joined(separator: "; ").split { $0.isWhitespace }
        return String(words.joined(separator: " ").prefix(Self.messageLimit))
    }
}
