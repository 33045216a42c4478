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
        case .SQLITE_CANTOPEN: self = .cannotOpen
        case .SQLITE_IOERR: self = .inputOutput(code: Int(error.extendedResultCode.rawValue))
        default:
            self = .failed(
                code: Int(error.extendedResultCode.rawValue), detail: error.message ?? "")
        }
    }

    /// What stands in the way of the database at `path`, where SQLite says only that something does.
    func located(at path: [UInt8]) -> KeyStoreError {
        switch self {
        case .readOnly, .cannotOpen, .inputOutput: StoreFile.obstacle(at: path) ?? self
        case .missing, .looserPermissions, .notOwnedByUser, .notAFile, .locked, .newerSchema,
            .damaged, .noSpace, .notWritable, .cannotAccess, .rootMoved, .textWithNUL,
            .failed:
            self
        }
    }

    /// Runs a step on the database with its errors put in our terms.
    ///
    /// - Parameter path: the database, where the step is the outermost.
    static func translating<R>(
        at path: [UInt8]? = nil, _ body: () throws -> R
    ) throws(KeyStoreError) -> R {
        func located(_ error: KeyStoreError) -> KeyStoreError {
            path.map { error.located(at: $0) } ?? error
        }
        do {
            return try body()
        } catch let error as KeyStoreError {
            throw located(error)
        } catch let error as DatabaseError {
            throw located(KeyStoreError(error))
        } catch {
            // GRDB's row decoding: a value is not what the schema says.
            throw .damaged(detail: "unreadable value")
        }
    }
}
