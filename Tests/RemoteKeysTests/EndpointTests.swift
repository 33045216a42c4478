import FileIO
import Testing

@testable import RemoteKeys

@Suite("Endpoints")
struct EndpointTests {
    private func settings(
        _ variables: [String: String] = [:], config: String = "", profile: String? = nil
    ) throws -> AWSSettings {
        try AWSSettings(
            environment: ProcessEnvironment(variables.mapValues { Array($0.utf8) }),
            profiles: AWSProfiles(
                configuration: try INIFileTests.file(config), credentials: .empty),
            profile: profile)
    }

    private func kms(
        _ region: String, _ variables: [String: String] = [:], config: String = ""
    ) throws -> String {
        try settings(variables, config: config).endpoint(of: .kms, region: region).text()
    }

    @Test(
        "Each partition has its own names, plain, FIPS, dual-stack and both",
        arguments: [
            ("eu-central-1", "amazonaws.com", "api.aws"),
            ("us-gov-west-1", "amazonaws.com", "api.aws"),
            ("cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ])
    func partitions(region: String, plain: String, dual: String) throws {
        let fips = ["AWS_USE_FIPS_ENDPOINT": "true"]
        let dualStack = ["AWS_USE_DUALSTACK_ENDPOINT": "true"]
        #expect(try kms(region) == "https://kms.\(region).\(plain)")
        #expect(try kms(region, fips) == "https://kms-fips.\(region).\(plain)")
        #expect(try kms(region, dualStack) == "https://kms.\(region).\(dual)")
        #expect(
            try kms(region, fips.merging(dualStack) { $1 })
                == "https://kms-fips.\(region).\(dual)")
    }

    @Test("The service's own variable comes first, then the general one, then the files")
    func order() throws {
        let config = """
            [default]
            endpoint_url = https://profile.test
            services = mine
            [services mine]
            kms =
              endpoint_url = https://section.test/kms/
            """
        let both = [
            "AWS_ENDPOINT_URL_KMS": "https://own.test", "AWS_ENDPOINT_URL": "https://all.test",
        ]
        #expect(try kms("x-1", both, config: config) == "https://own.test")
        #expect(
            try kms("x-1", ["AWS_ENDPOINT_URL": "https://all.test"], config: config)
                == "https://all.test")
        #expect(try kms("x-1", config: config) == "https://section.test/kms")
        #expect(
            try settings(config: config).endpoint(of: .sts, region: "x-1").text()
                == "https://profile.test")
        #expect(
            try kms(
                "x-1", both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 },
                config: config) == "https://kms.x-1.amazonaws.com")
    }

    @Test("Keys go nowhere in the clear but to this machine")
    func plainHTTP() throws {
        for url in ["http://127.0.0.1:4566", "http://localhost", "http://[::1]:80/x"] {
            _ = try kms("x-1", ["AWS_ENDPOINT_URL": url])
        }
        for url in [
            "http://kms.test", "http://10.0.0.1", "ftp://x", "https://", "https://a b",
            "https://u@h", "http://127.0.0.1.evil.test", "https://h:0", "https://h:65536",
            "https://h/?q", "http://0x7f.1", "https://h#f", "http://127.1",
        ] {
            #expect(throws: AWSCredentialError.badEndpoint(source: "AWS_ENDPOINT_URL"), "\(url)") {
                try kms("x-1", ["AWS_ENDPOINT_URL": url])
            }
        }
    }

    @Test(
        "A region that would be more than a label of a host is refused",
        arguments: [
            "x.evil.test/", "x@evil", "", "A", "x y", "x/../",
        ])
    func badRegion(region: String) {
        #expect(throws: AWSCredentialError.badEndpoint(source: "region")) { try kms(region) }
    }

    @Test("The region is the environment's, then the profile's")
    func region() throws {
        let config = "[default]\nregion = file-1\n[profile p]\nregion = p-1\n"
        #expect(
            try settings(["AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"], config: config).region
                == "a-1")
        #expect(try settings(["AWS_DEFAULT_REGION": "b-1"], config: config).region == "b-1")
        #expect(try settings(config: config).region == "file-1")
        #expect(try settings(["AWS_PROFILE": "p"], config: config).region == "p-1")
        #expect(
            try settings(["AWS_PROFILE": "p"], config: config, profile: "default").region
                == "file-1")
        #expect(throws: AWSCredentialError.noSuchProfile("q")) {
            try settings(["AWS_PROFILE": "q"], config: config)
        }
    }

    @Test("Two ARNs name one key byte for byte, or as replicas")
    func arns() throws {
        func arn(_ text: String) throws -> KeyARN { try require(KeyARN(text)) }
        let key = try arn("arn:aws:kms:eu-west-1:111122223333:key/1234")
        let replica = try arn("arn:aws:kms:eu-west-1:111122223333:key/mrk-1234")
        #expect(key.names(sameKeyAs: key))
        for other in [
            "arn:aws:kms:us-east-1:111122223333:key/1234",
            "arn:aws:kms:eu-west-1:111122223334:key/1234",
            "arn:aws-cn:kms:eu-west-1:111122223333:key/1234",
            "arn:aws:kms:eu-west-1:111122223333:key/1235",
            "arn:aws:kms:eu-west-1:111122223333:alias/1234",
        ] {
            #expect(!key.names(sameKeyAs: try arn(other)))
            let multi = other.replacing("key/", with: "key/mrk-")
            #expect(
                replica.names(sameKeyAs: try arn(multi))
                    == (multi == "arn:aws:kms:us-east-1:111122223333:key/mrk-1234"))
        }
        #expect(
            replica.inRegion("us-east-1").text == "arn:aws:kms:us-east-1:111122223333:key/mrk-1234")
        #expect(key.inRegion("us-east-1") == key)
        for text in [
            "", "arn:aws:kms:x:1", "arn:aws:s3:x:1:key/1", "arn:aws:kms:x.y:1:key/1",
            "arn:aws:kms::1:key/1", "arn:aws:kms:x:1:grant/1", "arn:aws:kms:x:1:key/a b",
            "arn:aws:kms:x/:1:key/1", "aws:kms:x:1:key/1",
        ] {
            #expect(KeyARN(text) == nil, "\(text)")
        }
    }

    @Test("NO_PROXY names hosts, domains, ports, networks and all")
    func noProxy() throws {
        func proxied(_ url: String, _ list: String) throws -> Bool {
            let settings = try ProxySettings {
                ["https_proxy": "proxy.test:3128", "NO_PROXY": list][$0]
            }
            return settings.proxy(for: try require(ServiceURL(url))) != nil
        }
        #expect(try proxied("https://kms.test", ""))
        #expect(try !proxied("http://kms.test", ""))
        for list in ["*", "kms.test", ".test", "test", "a, kms.test ", "kms.test:443", "KMS.TEST"] {
            #expect(try !proxied("https://kms.test", list), "\(list)")
        }
        for list in ["ms.test", "kms.test:8443", "x.kms.test", "10.0.0.0/8", ","] {
            #expect(try proxied("https://kms.test", list), "\(list)")
        }
        #expect(try !proxied("https://10.1.2.3", "10.0.0.0/8"))
        #expect(try proxied("https://11.1.2.3", "10.0.0.0/8"))
        #expect(try !proxied("https://10.1.2.3", "10.1.2.3"))
        #expect(try !proxied("https://[fd00::1]", "[fd00::1]"))
        #expect(throws: ProxySettings.Failure.notAProxy(variable: "HTTPS_PROXY")) {
            try ProxySettings { ["HTTPS_PROXY": "https://proxy.test"][$0] }
        }
    }
}
