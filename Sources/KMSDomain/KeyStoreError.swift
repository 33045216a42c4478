/// Why a store cannot be used. The path is the caller's to tell.
package enum KeyStoreError: Error, Equatable, Sendable {
    /// There is none.
    case missing
    /// Others could read or change it: `mode` has bits beyond the owner's.
    case looserPermissions(mode: UInt32)
    case notOwnedByUser
    case notAFile
    /// Another process kept it locked for as long as we wait.
    case locked
    /// Its material is sealed under another root than when this process opened it.
    case rootMoved
    /// Made by a newer version; left untouched.
    case newerSchema(found: Int, supported: Int)
    case damaged(detail: String)
    /// The disk or the quota is full.
    case noSpace
    /// `file`, a name beside the database or `.` for the directory, cannot be written.
    case notWritable(file: String, errno: Int32)
    /// It cannot be written, and nothing shows why.
    case readOnly
    case cannotOpen
    /// Reading or writing failed midway.
    case inputOutput(code: Int)
    /// A call of the operating system failed.
    case cannotAccess(operation: String, errno: Int32)
    /// A text to be stored has the character U+0000, and would be cut there.
    case textWithNUL
    /// SQLite failed in another way; its code and words.
    case failed(code: Int, detail: String)
}
