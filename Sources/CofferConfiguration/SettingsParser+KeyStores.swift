internal import FileIO

/// The server's `key-stores`: where custom key stores may be.
extension SettingsParser {
    mutating func keyStores(_ member: JSONNode.Member) {
        for setting in members(of: member.value, key: member.key, known: ["clusters"]) {
            for cluster in members(of: setting.value, key: setting.key) { self.cluster(cluster) }
        }
    }

    private mutating func cluster(_ member: JSONNode.Member) {
        guard ClusterSettings.isID(member.key) else {
            report(
                member.value,
                .badValue(key: "clusters", value: member.key, allowed: .clusterID))
            return
        }
        var values: [String: String] = [:]
        let known = ["uri", "module", "trust-anchor"]
        for setting in members(of: member.value, key: member.key, known: known) {
            guard let text = string(setting) else { continue }
            let (isGood, allowed): (Bool, ConfigurationProblem.Allowed) =
                switch setting.key {
                case "uri": (text.hasPrefix("pkcs11:"), .tokenURI)
                case "module": (FilePath(text: text).isAbsolute, .absolutePath)
                default: (!text.isEmpty, .nonEmpty)
                }
            if !isGood {
                report(
                    setting.value, .badValue(key: setting.key, value: text, allowed: allowed))
            }
            values[setting.key] = text
        }
        for key in ["uri", "trust-anchor"] where member.value.member(key) == nil {
            report(member.value, .missingKey(key, section: member.key))
        }
        guard let uri = values["uri"], let trustAnchor = values["trust-anchor"] else { return }
        settings.server.clusters.append(
            ClusterSettings(
                id: member.key, uri: uri, module: values["module"].map { FilePath(text: $0) },
                trustAnchor: trustAnchor))
    }
}
