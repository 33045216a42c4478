/// What this build is.
enum Version {
    static let semantic = "0.1.0"
    static let line = "coffer \(semantic)\n"
    /// Scripts/quickstart stamps the commit here for the build that it installs.
    static let commit = "unknown"
    static let container = 1
}
