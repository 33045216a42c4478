internal import CVersion

/// What this build is.
enum Version {
    static let semantic = "0.1.0"
    static let line = "coffer \(semantic)\n"
    /// Stamped by the scripts that make a release build; `unknown` in others.
    static var commit: String { unsafe String(cString: coffer_commit()) }
    static let container = 1
}
