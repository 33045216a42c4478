internal import FileIO

/// The server's `key-stores`: where custom key stores may be.
extension SettingsParser {
    mutating func keyStores(_ member: JSONNode.Member) {
        let known = ["clusters", "proxies"]
        for setting in members(of: member.value, key: member.key, known: known) {
            for place in members(of: setting.value, key: setting.key) {
                if setting.key == "clusters" { cluster(place) } else { proxy(place) }
            }
        }
    }

    private mutating func proxy(_ member: JSONNode.Member) {
        guard KeyProxySettings.isEndpoint(member.key) else {
            report(
                member.value,
                .badValue(key: "proxies", value: member.key, allowed: .proxyEndpoint))
            return
        }
        var proxy = KeyProxySettings(endpoint: member.key)
        let known = ["url", "ca-file", "client-certificate", "client-private-key", "timeout"]
        for setting in members(of: member.value, key: member.key, known: known) {
            switch setting.key {
            case "url":
                proxy.url = checked(setting, .url) { $0.hasPrefix("https://") ? $0 : nil }
            case "ca-file": proxy.authorities = checked(setting, .nonEmpty, Self.nonEmpty)
            case "client-certificate":
                proxy.clientCertificate = checked(setting, .nonEmpty, Self.nonEmpty)
            case "client-private-key":
                proxy.clientPrivateKey = checked(setting, .nonEmpty, Self.nonEmpty)
            default:
                proxy.timeout = checked(setting, .proxyTimeout) { text in
                    Int(text).flatMap { KeyProxySettings.timeouts.contains($0) ? $0 : nil }
                }
            }
        }
        for (given, other) in [
            ("client-certificate", "client-private-key"),
            ("client-private-key", "client-certificate"),
        ] where member.value.member(given) != nil && member.value.member(other) == nil {
            report(member.value, .missingKey(other, section: member.key))
        }
        settings.server.proxies.append(proxy)
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

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
