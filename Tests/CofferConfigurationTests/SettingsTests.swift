import FileIO
import Testing

@testable import CofferConfiguration

@Suite struct SettingsTests {
    private func problems(_ text: String) -> [ConfigurationProblem] {
        Settings.parse(Array(text.utf8)).1
    }

    private func at(
        _ line: Int, _ column: Int, _ kind: ConfigurationProblem.Kind
    ) -> ConfigurationProblem {
        ConfigurationProblem(position: TextPosition(line: line, column: column), kind: kind)
    }

    @Test("Every setting arrives")
    func everything() {
        let text = """
            // my keys
            {
                "key-service": "embedded",
                "services": {
                    "arn:aws:kms:eu-": {"region": "eu-central-1", "credential-profile": "backup"},
                    "arn:aws:kms:": {"endpoint": "https://kms.example"}
                },
                "key-sets": {"team": ["alias/default", "keyfile:/k/größe.key"]},
                "defaults": {
                    "compress": 7, "threads": "2", "chunk-size": "1MiB", "pad": "padme",
                    "keys": ["alias/default"], "key-set": "team"
                }
            }
            """
        let (settings, problems) = Settings.parse(Array(text.utf8))
        #expect(problems == [])
        #expect(settings.keyService == .embedded)
        #expect(settings.service(for: "arn:aws:kms:eu-west-1:1:key/x")?.region == "eu-central-1")
        #expect(
            settings.service(for: "arn:aws:kms:us-east-1:1:key/x")?.endpoint
                == "https://kms.example")
        #expect(settings.service(for: "arn:other") == nil)
        #expect(settings.keySets == ["team": ["alias/default", "keyfile:/k/größe.key"]])
        #expect(settings.defaults.compression == .level(7))
        #expect(settings.defaults.threadCount == 2)
        #expect(settings.defaults.chunkByteCount == 1 << 20)
        #expect(settings.defaults.padding == .padme)
        #expect(settings.defaults.keys == ["alias/default"])
        #expect(settings.defaults.keySet == "team")
    }

    @Test("A cluster of the server's key stores arrives, and each mistake in one is found")
    func clusters() {
        func parse(_ id: String, _ members: String) -> (Settings, [ConfigurationProblem]) {
            Settings.parse(
                Array(#"{"server":{"key-stores":{"clusters":{"\#(id)":{\#(members)}}}}}"#.utf8))
        }
        let id = "cluster-2345672345a"
        let whole = #""uri":"pkcs11:token=t","module":"/m.so","trust-anchor":"ca.pem""#
        let (settings, problems) = parse(id, whole)
        #expect(problems == [])
        #expect(
            settings.server.clusters == [
                ClusterSettings(
                    id: id, uri: "pkcs11:token=t", module: FilePath(text: "/m.so"),
                    trustAnchor: "ca.pem")
            ])
        for wrong in ["cluster-23456", "cluster-23456723451", "cluster-23456723456789abc", "x"] {
            #expect(
                parse(wrong, whole).1.map(\.kind) == [
                    .badValue(key: "clusters", value: wrong, allowed: .clusterID)
                ])
        }
        #expect(
            parse(id, #""uri":"token=t","module":"m.so","trust-anchor":"""#).1.map(\.kind) == [
                .badValue(key: "uri", value: "token=t", allowed: .tokenURI),
                .badValue(key: "module", value: "m.so", allowed: .absolutePath),
                .badValue(key: "trust-anchor", value: "", allowed: .nonEmpty),
            ])
        #expect(
            parse(id, "").1.map(\.kind) == [
                .missingKey("uri", section: id), .missingKey("trust-anchor", section: id),
            ])
    }

    @Test("A proxy of the server's key stores arrives, and each mistake in one is found")
    func proxies() {
        func parse(_ endpoint: String, _ members: String) -> (Settings, [ConfigurationProblem]) {
            Settings.parse(
                Array(
                    #"{"server":{"key-stores":{"proxies":{"\#(endpoint)":{\#(members)}}}}}"#.utf8))
        }
        let endpoint = "https://xks.example.com"
        let (settings, problems) = parse(
            endpoint,
            #""url":"https://h:1","ca-file":"ca.pem","client-certificate":"c.pem","#
                + #""client-private-key":"k.pem","timeout":250"#)
        #expect(problems == [])
        var expected = KeyProxySettings(endpoint: endpoint)
        expected.url = "https://h:1"
        expected.authorities = "ca.pem"
        expected.clientCertificate = "c.pem"
        expected.clientPrivateKey = "k.pem"
        expected.timeout = 250
        #expect(settings.server.proxies == [expected])
        #expect(parse(endpoint, "").0.server.proxies == [KeyProxySettings(endpoint: endpoint)])
        for wrong in ["http://x.example", "https://x:1", "https://x/y", "https://", "x"] {
            #expect(
                parse(wrong, "").1.map(\.kind) == [
                    .badValue(key: "proxies", value: wrong, allowed: .proxyEndpoint)
                ])
        }
        #expect(
            parse(endpoint, #""url":"http://x","ca-file":"","timeout":10001"#).1.map(\.kind) == [
                .badValue(key: "url", value: "http://x", allowed: .url),
                .badValue(key: "ca-file", value: "", allowed: .nonEmpty),
                .badValue(key: "timeout", value: "10001", allowed: .proxyTimeout),
            ])
        #expect(
            parse(endpoint, #""client-certificate":"c.pem""#).1.map(\.kind) == [
                .missingKey("client-private-key", section: endpoint)
            ])
    }

    @Test("An empty object sets nothing")
    func nothing() {
        let (settings, problems) = Settings.parse(Array("{}".utf8))
        #expect(problems == [])
        #expect(settings == Settings())
    }

    @Test(
        "An unknown key is named, with its place and the key that was meant",
        arguments: [
            ("keyservice", "key-service"), ("key_sets", "key-sets"), ("Defaults", "defaults"),
            ("service", "services"), ("zzz", nil),
        ])
    func unknownKeys(key: String, nearest: String?) {
        let expected = at(2, 2, .unknownKey(key, section: "", nearest: nearest))
        #expect(problems("{\n \"\(key)\": 1}") == [expected])
    }

    @Test("All problems are told, in the order of the file")
    func several() {
        let text = """
            {"defaults": {"compres": 3,
              "threads": -1, "chunk-size": "3M", "compress": 20,
              "pad": true, "key-set": "tem", "keys": "alias/x"},
             "key-sets": {"team": ["a", 1], "none": []},
             "services": {"arn:": {"endpoint": "ftp://x", "region": ""}},
             "key-service": "internal"}
            """
        #expect(
            problems(text) == [
                at(1, 15, .unknownKey("compres", section: "defaults", nearest: "compress")),
                at(2, 14, .badValue(key: "threads", value: "-1", allowed: .threads)),
                at(2, 32, .badValue(key: "chunk-size", value: "3M", allowed: .chunkSize)),
                at(2, 50, .badValue(key: "compress", value: "20", allowed: .compression)),
                at(3, 10, .wrongType(key: "pad", expected: .integerOrString)),
                at(3, 27, .unknownKeySet("tem", nearest: "team")),
                at(3, 42, .wrongType(key: "keys", expected: .listOfStrings)),
                at(4, 29, .wrongType(key: "team", expected: .listOfStrings)),
                at(4, 41, .emptyKeySet("none")),
                at(5, 36, .badValue(key: "endpoint", value: "ftp://x", allowed: .url)),
                at(5, 57, .badValue(key: "region", value: "", allowed: .nonEmpty)),
                at(6, 17, .badValue(key: "key-service", value: "internal", allowed: .keyService)),
            ])
    }

    @Test(
        "The key service is the embedded one, or one of the AWS API",
        arguments: [
            ("embedded", .embedded), ("aws-kms:", .aws(endpoint: nil)),
            ("https://kms.example", .aws(endpoint: "https://kms.example")),
            ("http://127.0.0.1:1", .aws(endpoint: "http://127.0.0.1:1")),
            ("https://", nil), ("ftp://x", nil), ("aws-kms:alias/a", nil), ("", nil),
        ] as [(String, Settings.KeyService?)])
    func keyService(text: String, service: Settings.KeyService?) {
        #expect(Settings.KeyService(text) == service)
        let (settings, problems) = Settings.parse(Array("{\"key-service\": \"\(text)\"}".utf8))
        #expect(settings.keyService == service ?? .embedded)
        #expect(problems.isEmpty == (service != nil))
        if let service { #expect(service.text == text) }
    }

    @Test("A plug-in has a name that no path is, and the absolute path of a program")
    func plugins() {
        let (settings, problems) = Settings.parse(
            Array("{\"plugins\": {\"cloud-2\": \"/opt/cloud\"}}".utf8))
        #expect(problems.isEmpty)
        #expect(settings.plugins == ["cloud-2": FilePath(text: "/opt/cloud")])
        for name in ["", "../x", "a/b", ".", "A", "a b", "-a", String(repeating: "a", count: 33)] {
            let (settings, problems) = Settings.parse(
                Array("{\"plugins\": {\"\(name)\": \"/opt/x\"}}".utf8))
            #expect(settings.plugins.isEmpty)
            #expect(
                problems.map(\.kind) == [
                    .badValue(key: "plugins", value: name, allowed: .pluginName)
                ])
        }
        for path in ["", "x", "./x", "~/x"] {
            let (settings, problems) = Settings.parse(
                Array("{\"plugins\": {\"a\": \"\(path)\"}}".utf8))
            #expect(settings.plugins.isEmpty)
            #expect(
                problems.map(\.kind) == [
                    .badValue(key: "a", value: path, allowed: .absolutePath)
                ])
        }
    }

    @Test(
        "Files that an agent is to read are named by absolute paths",
        arguments: ["ca-file", "module"])
    func serviceFiles(key: String) {
        for path in ["", "x.pem", "./x.pem", "~/x.pem"] {
            let (_, problems) = Settings.parse(
                Array("{\"services\": {\"vault:\": {\"\(key)\": \"\(path)\"}}}".utf8))
            #expect(
                problems.map(\.kind) == [.badValue(key: key, value: path, allowed: .absolutePath)])
        }
        let (_, problems) = Settings.parse(
            Array("{\"services\": {\"vault:\": {\"\(key)\": \"/x.pem\"}}}".utf8))
        #expect(problems.isEmpty)
    }

    @Test("A file that is no object is one problem", arguments: ["[]", "1", "\"x\"", "null"])
    func noObject(text: String) {
        #expect(problems(text) == [at(1, 1, .wrongType(key: "", expected: .object))])
    }

    @Test(
        "Sizes are read as people write them",
        arguments: [
            ("4096", 4096), ("64k", 65536), ("4MiB", 4 << 20), ("1G", 1 << 30), ("2tb", 2 << 40),
            ("", nil), ("M", nil), ("1.5M", nil), ("-1", nil), ("4X", nil),
            ("18446744073709551616", nil), ("18446744073709551615K", nil), ("٤", nil),
        ] as [(String, UInt64?)])
    func sizes(text: String, size: UInt64?) {
        #expect(ByteSize.parse(text) == size)
    }
}
