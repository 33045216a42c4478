internal import KMSDomain

/// A policy as the audit log has it: whole, so that nobody hides what he allowed for a while.
///
/// Without the blanks between its tokens, which may be as many as one likes, and in pieces, as a longer
/// string of a record is cut (audit-v1, section 1): `policy`, `policy2`, and so on.
enum PolicyRecord {
    private static let pieceByteCount = 8192
    /// What takes more is longer than any policy may be, and refused; its last piece is cut. Four are
    /// not enough where a piece ends before a character that would not be whole in it.
    private static let maximumPieceCount = 5

    static func fields(_ name: String, _ text: String) -> [AuditField] {
        var rest = compacted(text)[...]
        var fields: [AuditField] = []
        repeat {
            let isLast = fields.count == maximumPieceCount - 1
            var piece = isLast ? rest : rest.prefix(pieceByteCount)
            // A character is in one piece.
            while piece.endIndex < rest.endIndex, rest[piece.endIndex].continuesCharacter {
                piece.removeLast()
            }
            rest = rest[piece.endIndex...]
            let number = fields.isEmpty ? "" : "\(fields.count + 1)"
            fields.append(
                AuditField(name + number, .text(String(decoding: piece, as: UTF8.self))))
        } while !rest.isEmpty
        return fields
    }

    private static func compacted(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: if !isInString { continue }
            case UInt8(ascii: "\""): if !isEscaped { isInString.toggle() }
            default: break
            }
            isEscaped = isInString && !isEscaped && byte == UInt8(ascii: "\\")
            result.append(byte)
        }
        return result
    }
}
