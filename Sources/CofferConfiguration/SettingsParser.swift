internal import FileIO

/// Turns the file's JSON into settings and collects every problem on the way.
struct SettingsParser {
    var settings = Settings()
    private(set) var problems: [ConfigurationProblem] = []

    mutating func parse(_ root: JSONNode) {
        let known = ["key-service", "services", "plugins", "key-sets", "defaults", "server"]
        for member in members(of: root, key: "", known: known) {
            switch member.key {
            case "key-service": keyService(member)
            case "services": services(member)
            case "plugins": plugins(member)
            case "key-sets": keySets(member)
            case "server": server(member)
            default: defaults(member)
            }
        }
        checkKeySetOfDefaults(root)
        problems.sort {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        }
    }

    private mutating func keyService(_ member: JSONNode.Member) {
        guard let text = string(member) else { return }
        if let service = Settings.KeyService(text) {
            settings.keyService = service
        } else {
            report(
                member.value, .badValue(key: member.key, value: text, allowed: .keyService))
        }
    }

    private mutating func services(_ member: JSONNode.Member) {
        for service in members(of: member.value, key: member.key) {
            var values: [String: String] = [:]
            let known = [
                "endpoint", "region", "credential-profile", "namespace", "ca-file", "module",
                "allow-sha1",
            ]
            var allowsSHA1 = false
            for setting in members(of: service.value, key: service.key, known: known) {
                if setting.key == "allow-sha1" {
                    allowsSHA1 = flag(setting)
                    continue
                }
                guard let text = string(setting) else { continue }
                let (isGood, allowed): (Bool, ConfigurationProblem.Allowed) =
                    switch setting.key {
                    case "endpoint": (Settings.isURL(text), .url)
                    case "ca-file", "module": (FilePath(text: text).isAbsolute, .absolutePath)
                    default: (!text.isEmpty, .nonEmpty)
                    }
                if !isGood {
                    report(
                        setting.value,
                        .badValue(key: setting.key, value: text, allowed: allowed))
                }
                values[setting.key] = text
            }
            var parsed = ServiceSettings(
                arnPrefix: service.key, endpoint: values["endpoint"], region: values["region"],
                credentialProfile: values["credential-profile"])
            parsed.namespace = values["namespace"]
            parsed.certificateAuthority = values["ca-file"]
            parsed.module = values["module"]
            parsed.allowsSHA1 = allowsSHA1
            settings.services.append(parsed)
        }
    }

    private mutating func plugins(_ member: JSONNode.Member) {
        for plugin in members(of: member.value, key: member.key) {
            guard Self.isPluginName(plugin.key) else {
                report(
                    plugin.value,
                    .badValue(key: member.key, value: plugin.key, allowed: .pluginName))
                continue
            }
            guard let text = string(plugin) else { continue }
            let path = FilePath(text: text)
            guard path.isAbsolute else {
                report(
                    plugin.value,
                    .badValue(key: plugin.key, value: text, allowed: .absolutePath))
                continue
            }
            settings.plugins[plugin.key] = path
        }
    }

    private mutating func keySets(_ member: JSONNode.Member) {
        for set in members(of: member.value, key: member.key) {
            guard let keys = keys(of: set) else { continue }
            if keys.isEmpty { report(set.value, .emptyKeySet(set.key)) }
            settings.keySets[set.key] = keys
        }
    }

    /// A list, or `{"any": K, "of": [...]}` for a group.
    private mutating func keys(of set: JSONNode.Member) -> [String]? {
        guard case .object = set.value.value else { return strings(set) }
        var keys: [String]?
        for member in members(of: set.value, key: set.key, known: ["any", "of"]) {
            if member.key == "of" {
                keys = strings(member)
            } else {
                settings.neededKeys[set.key] = checked(member, .neededKeys) { Int($0) }
            }
        }
        for key in ["any", "of"] where set.value.member(key) == nil {
            report(set.value, .missingKey(key, section: set.key))
        }
        return keys
    }

    private mutating func defaults(_ member: JSONNode.Member) {
        let known = [
            "compress", "threads", "chunk-size", "pad", "keys", "key-set", "offline-advice",
        ]
        for setting in members(of: member.value, key: member.key, known: known) {
            switch setting.key {
            case "compress":
                settings.defaults.compression = checked(setting, .compression, Self.compression)
            case "threads":
                settings.defaults.threadCount = checked(setting, .threads, Self.threads)
            case "chunk-size":
                settings.defaults.chunkByteCount = checked(setting, .chunkSize, Self.chunkSize)
            case "pad": settings.defaults.padding = checked(setting, .padding, Self.padding)
            case "offline-advice":
                let choices = ["once": true, "never": false]
                settings.defaults.givesOfflineAdvice =
                    checked(setting, .offlineAdvice) { choices[$0] } ?? true
            case "keys": settings.defaults.keys = strings(setting) ?? []
            default: settings.defaults.keySet = string(setting)
            }
        }
    }

    private mutating func server(_ member: JSONNode.Member) {
        let known = [
            "listen", "certificate", "private-key", "client-authority", "plain-http", "rate-limit",
            "connections", "log-level", "audit-file-size", "key-stores",
        ]
        for setting in members(of: member.value, key: member.key, known: known) {
            switch setting.key {
            case "listen":
                settings.server.listen = checked(setting, .address) {
                    DaemonSettings.Address($0)
                }
            case "certificate": settings.server.certificate = string(setting)
            case "private-key": settings.server.privateKey = string(setting)
            case "client-authority": settings.server.clientAuthority = string(setting)
            case "plain-http": settings.server.allowsPlainHTTP = flag(setting)
            case "key-stores": keyStores(setting)
            case "rate-limit":
                settings.server.rateLimit = checked(setting, .positive) { Self.count($0) }
            case "connections":
                settings.server.maximumConnections = checked(setting, .connections) { text in
                    Self.count(text).flatMap {
                        DaemonSettings.connectionCounts.contains($0) ? $0 : nil
                    }
                }
            case "audit-file-size":
                settings.server.auditFileByteCount = checked(setting, .auditFileSize) {
                    DaemonSettings.auditFileByteCount($0)
                }
            default:
                settings.server.logLevel = checked(
                    setting, .logLevel
                ) {
                    DaemonSettings.LogLevel(rawValue: $0)
                }
            }
        }
    }

    private static func count(_ text: String) -> Int? {
        Int(text).flatMap { $0 > 0 ? $0 : nil }
    }

    private mutating func checkKeySetOfDefaults(_ root: JSONNode) {
        guard let name = settings.defaults.keySet, settings.keySets[name] == nil,
            let defaults = root.member("defaults"), let node = defaults.member("key-set")
        else { return }
        let nearest = NearestName.of(name, among: settings.keySets.keys.sorted())
        report(node, .unknownKeySet(name, nearest: nearest))
    }

    // MARK: Values

    /// Nothing that a path or another program's name could be made of.
    private static func isPluginName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func compression(_ text: String) -> Defaults.Compression? {
        switch text {
        case "auto": return .auto
        case "none": return Defaults.Compression.none
        default:
            guard let level = Int(text), (1...19).contains(level) else { return nil }
            return .level(level)
        }
    }

    private static func threads(_ text: String) -> Int? {
        guard let count = Int(text), Defaults.threadCounts.contains(count) else { return nil }
        return count
    }

    private static func chunkSize(_ text: String) -> UInt64? {
        guard let size = ByteSize.parse(text), size.nonzeroBitCount == 1,
            (1 << 12...1 << 24).contains(size)
        else { return nil }
        return size
    }

    private static func padding(_ text: String) -> Defaults.Padding? {
        switch text {
        case "none": return Defaults.Padding.none
        case "padme": return .padme
        default:
            guard let size = ByteSize.parse(text), size > 0 else { return nil }
            return .multiple(size)
        }
    }

    // MARK: Nodes

    mutating func members(
        of node: JSONNode, key: String, known: [String]? = nil
    ) -> [JSONNode.Member] {
        guard case .object(let members) = node.value else {
            report(node, .wrongType(key: key, expected: .object))
            return []
        }
        guard let known else { return members }
        return members.filter { member in
            if known.contains(member.key) { return true }
            let nearest = NearestName.of(member.key, among: known)
            problems.append(
                ConfigurationProblem(
                    position: member.position,
                    kind: .unknownKey(member.key, section: key, nearest: nearest)))
            return false
        }
    }

    mutating func string(_ member: JSONNode.Member) -> String? {
        if case .string(let text) = member.value.value { return text }
        report(member.value, .wrongType(key: member.key, expected: .string))
        return nil
    }

    private mutating func flag(_ member: JSONNode.Member) -> Bool {
        if case .bool(let value) = member.value.value { return value }
        report(member.value, .wrongType(key: member.key, expected: .flag))
        return false
    }

    private mutating func strings(_ member: JSONNode.Member) -> [String]? {
        guard case .array(let nodes) = member.value.value else {
            report(member.value, .wrongType(key: member.key, expected: .listOfStrings))
            return nil
        }
        return nodes.compactMap { node in
            if case .string(let text) = node.value { return ArgumentBytes.encode(Array(text.utf8)) }
            report(node, .wrongType(key: member.key, expected: .listOfStrings))
            return nil
        }
    }

    /// A value that may be written as a number or as text.
    mutating func checked<T>(
        _ member: JSONNode.Member, _ allowed: ConfigurationProblem.Allowed,
        _ parse: (String) -> T?
    ) -> T? {
        let text: String
        switch member.value.value {
        case .string(let string): text = string
        case .number(let number): text = number
        default:
            report(member.value, .wrongType(key: member.key, expected: .integerOrString))
            return nil
        }
        if let value = parse(text) { return value }
        report(member.value, .badValue(key: member.key, value: text, allowed: allowed))
        return nil
    }

    mutating func report(_ node: JSONNode, _ kind: ConfigurationProblem.Kind) {
        problems.append(ConfigurationProblem(position: node.position, kind: kind))
    }
}

extension JSONNode {
    func member(_ key: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.key == key }?.value
    }
}
