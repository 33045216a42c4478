internal import CVersion

/// What this build is.
enum Version {
    /// Stamped by the scripts that make a release build; `unknown` in others.
    static var line: String {
        "cofferd 0.1.0 (\(unsafe String(cString: coffer_commit())))"
    }
}
