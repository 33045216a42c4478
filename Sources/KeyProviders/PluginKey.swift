/// A key of a plug-in: `plugin:NAME/KEY`. NAME is what the user's configuration calls a program, and
/// is never looked for anywhere else; what KEY means is the plug-in's business.
package struct PluginKey: Equatable, Sendable {
    package let plugin: String
    package let key: String

    /// Nothing for another URI, or a NAME that no plug-in can have.
    package init?(uri: String) {
        let parts = uri.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("plugin:"), !parts[1].isEmpty else {
            return nil
        }
        let name = parts[0].dropFirst("plugin:".utf8.count)
        guard !name.isEmpty,
            name.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0
            })
        else { return nil }
        plugin = String(name)
        key = String(parts[1])
    }
}
