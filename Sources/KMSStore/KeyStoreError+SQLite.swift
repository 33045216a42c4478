internal import GRDB
internal import KMSDomain

extension KeyStoreError {
    /// SQLite's result codes. The message is SQLite's own words, never the statement or its values.
    init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH,
            .SQLITE_SCHEMA, .SQLITE_FORMAT:
            self = .damaged(detail: error.message ?? "")
        case .SQLITE_FULL: self = .noSpace
        case .SQLITE_READONLY: self = .readOnly
        default:
            self = .failed(
                code: Int(error.extendedResultCode.rawValue), detail: error.message ?? "")
        }
    }

    /// Runs a step on the database with its errors put in our terms.
    static func translating<R>(_ body: () throws -> R) throws(KeyStoreError) -> R {
        do {
            return try body()
        } catch let error as KeyStoreError {
            throw error
        } catch let error as DatabaseError {
            throw KeyStoreError(error)
        } catch {
            // GRDB's row decoding: a value is not what the schema says.
            throw .damaged(detail: "unreadable value")
        }
    }
}
