// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, `unsafe` spelled out, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: room + "Tests",
        dependencies: [.target(name: room)] + dependencies,
        swiftSettings: strict)
}

func nio(_ product: String) -> Target.Dependency {
    .product(name: product, package: "swift-nio")
}

let swiftCrypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

/// What `coffer version --json` calls its commit: Scripts/common.sh sets it for release builds.
let commit = Context.environment["COFFER_COMMIT"].map { CSetting.define("COFFER_COMMIT", to: $0) }

/// Of release builds, which share their work with a `coffer-agent` that may load modules: `coffer`
/// alone is linked with no shared library. Scripts/common.sh asks for it; a package that depends on
/// this one may not have the flag.
let staticProgram: [LinkerSetting] =
    Context.environment["COFFER_STATIC"] == nil ? [] : [.unsafeFlags(["-static-executable"])]

let package = Package(
    name: "coffer",
    products: [
        .executable(name: "coffer", targets: ["CofferCLI"]),
        .executable(name: "coffer-agent", targets: ["CofferAgent"]),
        .executable(name: "cofferd", targets: ["CofferDaemon"]),
        .library(name: "Coffer", targets: ["Coffer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1",
            traits: []),
    ],
    targets: [
        // C libraries: a module map and a shim each.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CLibArchive", pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev", "libacl1-dev"])]),
        .systemLibrary(
            name: "CPKCS11", pkgConfig: "p11-kit-1", providers: [.apt(["libp11-kit-dev"])]),

        // A C target, as only C takes a definition with a value.
        .target(name: "CVersion", cSettings: commit.map { [$0] } ?? []),

        // Walls: one Swift room per C library.
        room("SecretMemory", ["CLinux"]),
        room("OpenSSLCrypto", ["COpenSSL", "SecretMemory"]),
        room("PostQuantumCrypto", [swiftCrypto, "SecretMemory"]),
        room("ZstdCodec", ["CZstd"]),
        room("FileIO", ["CLinux", "SecretMemory"]),
        room("ArchiveIO", ["CLibArchive"]),
        room("PKCS11Token", ["CPKCS11", "SecretMemory"]),

        // The container.
        room("ContainerFormat"),
        room("FrameSealing", ["ContainerFormat", "OpenSSLCrypto", swiftCrypto, "SecretMemory"]),
        room("StreamPipeline"),

        // The key service.
        room("CivilCalendar"),
        room("KMSDomain", ["CivilCalendar", "SecretMemory"]),
        room("KMSModel", ["SecretMemory"]),
        room(
            "KMSService",
            ["KMSDomain", "KMSModel", "OpenSSLCrypto", "PostQuantumCrypto", "SecretMemory"]),
        room("KMSStore", ["KMSDomain", grdb, sqlite]),
        room("AuditLog", ["KMSDomain", "OpenSSLCrypto", "SecretMemory"]),
        room("KMSWire", ["KMSModel", "CivilCalendar", "OpenSSLCrypto", "SecretMemory"]),

        // The agent's protocol.
        room("KeyAgent", ["ContainerFormat", "FileIO", "SecretMemory"]),

        // Keys of tokens.
        room("TokenKeys", ["PKCS11Token", "KMSDomain", "ContainerFormat", "SecretMemory"]),

        // Keys across the network, for the agent.
        room(
            "RemoteKeys",
            [
                "KeyAgent", "ContainerFormat", "KMSDomain", "KMSModel", "KMSWire", "CivilCalendar",
                "FileIO", "OpenSSLCrypto", "SecretMemory", asyncHTTPClient, nio("NIOCore"),
                nio("NIOHTTP1"), nio("NIOPosix"),
                nioSSL,
            ]),

        // Use cases and programs.
        room(
            "KeyProviders",
            [
                "ContainerFormat", "OpenSSLCrypto", swiftCrypto, "KMSDomain", "KMSModel",
                "KMSService", "KMSStore", "KMSWire", "AuditLog", "FileIO", "KeyAgent",
                "SecretMemory",
            ]),
        room("CofferConfiguration", ["FileIO"]),
        room(
            "Envelope",
            [
                "ContainerFormat", "FrameSealing", "StreamPipeline", "ZstdCodec", "FileIO",
                "ArchiveIO", "KeyProviders", "OpenSSLCrypto", "SecretMemory",
            ]),
        room(
            "Coffer",
            [
                "Envelope", "KeyProviders", "CofferConfiguration", "ContainerFormat", "FileIO",
                "KMSModel", "KMSService", "SecretMemory",
            ]),
        .executableTarget(
            name: "CofferCLI",
            dependencies: [
                "Envelope", "ArchiveIO", "KeyProviders", "KeyAgent", "KMSModel", "KMSDomain",
                "KMSService",
                "AuditLog", "CofferConfiguration", "FileIO", "ContainerFormat", "FrameSealing",
                "SecretMemory",
                "CVersion", argumentParser,
            ],
            swiftSettings: strict, linkerSettings: staticProgram),

        .executableTarget(
            name: "CofferAgent",
            dependencies: [
                "KeyAgent", "RemoteKeys", "TokenKeys", "PKCS11Token", "ContainerFormat", "FileIO",
                "SecretMemory",
            ], swiftSettings: strict),

        // The key service over HTTP.
        room(
            "KMSServer",
            [
                "KMSService", "KMSDomain", "KMSModel", "KMSWire", "CivilCalendar", "SecretMemory",
                hummingbirdCore, hummingbirdTLS, logging, metrics, serviceLifecycle,
                nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"), nioSSL,
            ]),
        .executableTarget(
            name: "CofferDaemon",
            dependencies: [
                "KMSServer", "ContainerFormat", "Envelope", "KeyProviders", "KMSService",
                "KMSDomain", "KeyAgent",
                "KMSModel", "AuditLog", "CofferConfiguration", "FileIO", "SecretMemory", "CVersion",
                "PKCS11Token", "RemoteKeys", "TokenKeys",
                argumentParser, logging, serviceLifecycle,
            ], swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("SecretMemory", ["TestSupport"]),
        tests("OpenSSLCrypto", ["SecretMemory", "TestSupport"]),
        // Its oracle is a script of Python.
        .testTarget(
            name: "PostQuantumCryptoTests",
            dependencies: ["PostQuantumCrypto", "SecretMemory", "TestSupport"],
            exclude: ["post-quantum-oracle.py"], swiftSettings: strict),
        tests("ZstdCodec"),
        // What a test of signals and terminals has to do in a process of its own.
        .executableTarget(
            name: "FileIOProbe", dependencies: ["FileIO", "SecretMemory"],
            path: "Tests/FileIOProbe", swiftSettings: strict),
        tests("FileIO", ["SecretMemory", "FileIOProbe"]),
        tests("CofferConfiguration", ["FileIO"]),
        // An agent that holds a key file, and what tests of agents that misbehave need.
        .target(
            name: "AgentTestSupport",
            dependencies: [
                "KeyAgent", "KeyProviders", "ContainerFormat", "FileIO", "OpenSSLCrypto",
                "SecretMemory",
            ],
            path: "Tests/AgentTestSupport", swiftSettings: strict),
        .executableTarget(
            name: "AgentProbe",
            dependencies: ["AgentTestSupport", "KeyAgent", "FileIO"],
            path: "Tests/AgentProbe", swiftSettings: strict),
        tests(
            "KeyAgent",
            ["AgentTestSupport", "AgentProbe", "ContainerFormat", "FileIO", "SecretMemory"]),
        // Sessions with the built program; reads its transcripts by their path.
        .testTarget(
            name: "CofferCLITests",
            dependencies: [
                "CofferCLI", "CofferAgent", "AgentProbe", "CofferConfiguration", "Envelope",
                "FileIO", "KMSDomain", "KeyAgent", "KeyProviders", "SecretMemory", "TokenBed",
            ],
            exclude: [
                "Transcripts", "answer-prompts.py", "press-key.py", "press-tab.py",
                "with-postgres.sh", "with-s3.py", "read-qr-code.py", "foreign-recipients.py",
                "vector-codes.py", "two-plaintexts.py", "plugin.py",
            ], swiftSettings: strict),
        tests("Coffer", ["KeyProviders", "SecretMemory"]),
        tests("ContainerFormat"),
        tests("FrameSealing", ["ContainerFormat", "OpenSSLCrypto", "SecretMemory", "TestSupport"]),
        tests("StreamPipeline"),
        tests(
            "Envelope",
            [
                "ArchiveIO", "ContainerFormat", "FrameSealing", "StreamPipeline", "ZstdCodec",
                "FileIO",
                "KeyProviders", "OpenSSLCrypto", "SecretMemory", "TestSupport",
            ]),

        // The key service. Its test support holds a store in memory and a backend without bytes.
        .target(
            name: "KMSTestSupport",
            dependencies: ["KMSDomain", "OpenSSLCrypto", "SecretMemory"],
            path: "Tests/KMSTestSupport", swiftSettings: strict),
        tests("KMSModel"),
        tests("KMSDomain"),
        // Its oracles are scripts of Python that the tests run by their path.
        .testTarget(
            name: "KMSServiceTests",
            dependencies: [
                "KMSService", "KMSTestSupport", "KMSDomain", "KMSModel", "KMSStore",
                "OpenSSLCrypto", "PKCS11Token", "SecretMemory", "TokenBed", "TokenKeys",
            ], exclude: ["asymmetric-oracle.py", "policy-oracle.py", "wrap-material.py"],
            swiftSettings: strict),
        tests("KMSStore", ["KMSTestSupport", "KMSDomain", grdb]),
        tests("AuditLog", ["KMSTestSupport", "KMSDomain", "KMSService", "SecretMemory"]),
        // Its oracles are scripts of Python that the tests run by their path.
        .testTarget(
            name: "KMSWireTests",
            dependencies: ["KMSWire", "KMSModel", "SecretMemory", "TestSupport"],
            exclude: [
                "broken-requests.py", "security-tokens.py", "service_model.py",
                "signed-requests.py", "wire-bodies.py",
            ], swiftSettings: strict),
        // Against real services, and a server that lies; its oracle is a script of Python.
        .testTarget(
            name: "RemoteKeysTests",
            dependencies: [
                "RemoteKeys", "KeyAgent", "ContainerFormat", "KMSDomain", "KMSModel", "KMSService",
                "KMSTestSupport", "KMSWire", "FileIO", "SecretMemory",
            ], exclude: ["ini-oracle.py", "xks-proxy.py"], swiftSettings: strict),
        // One process of several that use a keystore, or one that is killed.
        .executableTarget(
            name: "KeystoreProbe",
            dependencies: [
                "AgentTestSupport", "KeyAgent", "KeyProviders", "KMSDomain", "KMSModel",
                "KMSService", "KMSStore", "SecretMemory",
            ],
            path: "Tests/KeystoreProbe", swiftSettings: strict),
        tests(
            "KeyProviders",
            [
                "AgentTestSupport", "KeyAgent", "FileIO",
                "ContainerFormat", "OpenSSLCrypto", swiftCrypto, "KMSTestSupport",
                "AuditLog", "KMSDomain",
                "KMSModel", "KMSService", "KMSStore",
                "SecretMemory", "KeystoreProbe",
            ]),

        // Sessions of real clients with the built server; scripts of Python are run by their path.
        .testTarget(
            name: "KMSServerTests",
            dependencies: [
                "KMSServer", "CofferDaemon", "CofferCLI", "CofferAgent", "KMSDomain",
                "KMSTestSupport", metrics, nio("NIOCore"),
            ],
            exclude: ["Clients", "Sessions"], swiftSettings: strict),

        // Real tokens, started by the tests: SoftHSM2, a software TPM, NSS.
        .target(name: "TokenBed", path: "Tests/TokenBed", swiftSettings: strict),
        .executableTarget(
            name: "TokenProbe",
            dependencies: [
                "PKCS11Token", "TokenKeys", "KeyAgent", "ContainerFormat", "FileIO", "SecretMemory",
                "TokenBed",
            ],
            path: "Tests/TokenProbe", swiftSettings: strict),
        tests("PKCS11Token", ["SecretMemory", "TokenBed", "TokenProbe"]),
        tests(
            "TokenKeys",
            [
                "PKCS11Token", "KMSDomain", "KMSModel", "KMSService", "KMSStore", "KMSTestSupport",
                "ContainerFormat", "SecretMemory", "TokenBed",
            ]),
    ]
)

// Scripts/fuzz builds these: programs of libFuzzer, whose main function only its sanitizer brings.
if Context.environment["COFFER_FUZZ"] != nil {
    let container: [Target.Dependency] = [
        "ContainerFormat", "FrameSealing", "OpenSSLCrypto", "ZstdCodec", "FileIO", "KeyProviders",
        "Envelope", "KeyAgent", "SecretMemory",
    ]
    package.targets.append(
        .target(
            name: "FuzzBed", dependencies: container, path: "Tests/Fuzz/Bed", swiftSettings: strict)
    )
    for parser in ["Header", "Frame", "Zstd", "Range", "Agent", "Archive"] {
        package.targets.append(
            .executableTarget(
                name: "Fuzz" + parser, dependencies: container + ["FuzzBed"],
                path: "Tests/Fuzz/" + parser, swiftSettings: strict))
    }
}
