internal import KMSModel

extension Validation {
    /// Two or three words of lower-case letters and a number: `eu-north-1`.
    static func region(_ text: String, member: String) throws(KMSError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isWellFormed =
            text.utf8.count <= 32 && (3...4).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty }
            && parts.dropLast().allSatisfy { word in
                word.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            }
            && parts.last?.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                == true
        guard isWellFormed else {
            throw .validation(
                "1 validation error detected: Value '\(text)' at '\(member)' failed to satisfy "
                    + #"constraint: Member must satisfy regular expression pattern: "#
                    + #"^([a-z]+-){2,3}\d+$"#)
        }
    }
}
