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

let swiftCrypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "coffer",
    products: [
        .executable(name: "coffer", targets: ["CofferCLI"]),
        .library(name: "Coffer", targets: ["Coffer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    ],
    targets: [
        // C libraries: a module map and a shim each.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // Walls: one Swift room per C library.
        room("SecretMemory", ["CLinux"]),
        room("OpenSSLCrypto", ["COpenSSL", "SecretMemory"]),
        room("ZstdCodec", ["CZstd"]),
        room("FileIO", ["CLinux", "SecretMemory"]),

        // The container.
        room("ContainerFormat"),
        room("FrameSealing", ["ContainerFormat", "OpenSSLCrypto", swiftCrypto, "SecretMemory"]),
        room("StreamPipeline"),

        // The key service.
        room("KMSDomain", ["SecretMemory"]),
        room("KMSModel", ["SecretMemory"]),
        room("KMSService", ["KMSDomain", "KMSModel", "OpenSSLCrypto", "SecretMemory"]),
        room("KMSStore", ["KMSDomain", grdb]),
        room("AuditLog", ["KMSDomain", "OpenSSLCrypto"]),

        // Use cases and programs.
        room(
            "KeyProviders",
            [
                "ContainerFormat", "OpenSSLCrypto", "KMSDomain", "KMSModel", "KMSService",
                "KMSStore", "AuditLog", "FileIO", "SecretMemory",
            ]),
        room("Configuration", ["FileIO"]),
        room(
            "Envelope",
            [
                "ContainerFormat", "FrameSealing", "StreamPipeline", "ZstdCodec", "FileIO",
                "KeyProviders", "OpenSSLCrypto", "SecretMemory",
            ]),
        room("Coffer", ["Envelope"]),
        .executableTarget(
            name: "CofferCLI",
            dependencies: [
                "Envelope", "KeyProviders", "KMSModel", "AuditLog", "Configuration", "FileIO",
                "SecretMemory", argumentParser,
            ],
            swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("SecretMemory"),
        tests("OpenSSLCrypto", ["SecretMemory", "TestSupport"]),
        tests("ZstdCodec"),
        tests("FileIO", ["SecretMemory"]),
        tests("Configuration", ["FileIO"]),
        tests("ContainerFormat"),
        tests("FrameSealing", ["ContainerFormat", "OpenSSLCrypto", "SecretMemory", "TestSupport"]),
        tests("StreamPipeline"),
        tests("KeyProviders", ["ContainerFormat", "OpenSSLCrypto", "SecretMemory"]),
        tests(
            "Envelope",
            [
                "ContainerFormat", "FrameSealing", "StreamPipeline", "ZstdCodec", "FileIO",
                "KeyProviders", "OpenSSLCrypto", "SecretMemory",
            ]),
    ]
)
