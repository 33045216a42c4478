import FileIO
import Foundation
import Testing

@testable import CofferConfiguration

@Suite struct LoadingTests {
    /// A directory that goes with the test.
    private final class Home: Sendable {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-configuration-\(UUID().uuidString)").path
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }
    private let home = Home()

    private func write(_ text: String, mode: Int = 0o644) throws -> Locations {
        let directory = home.path + "/.config/coffer"
        let file = directory + "/config.json"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return Locations(environment: ProcessEnvironment(["HOME": Array(home.path.utf8)]))
    }

    private func locations(_ variables: [String: String]) -> Locations {
        Locations(environment: ProcessEnvironment(variables.mapValues { Array($0.utf8) }))
    }

    @Test(
        "State lies in COFFER_HOME, else XDG_DATA_HOME, else HOME",
        arguments: [
            (["COFFER_HOME": "/c", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/c"),
            (["COFFER_HOME": "", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/coffer"),
            (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/coffer"),
            (["HOME": "/h"], "/h/.local/share/coffer"),
        ])
    func state(variables: [String: String], expected: String) throws {
        #expect(try locations(variables).stateDirectory() == FilePath(text: expected))
    }

    @Test(
        "A place for keys that depends on where one stands is refused",
        arguments: [
            (["COFFER_HOME": "rel", "HOME": "/h"], "COFFER_HOME"),
            (["XDG_DATA_HOME": "rel", "HOME": "rel"], "HOME"), (["HOME": "rel"], "HOME"),
        ])
    func relative(variables: [String: String], variable: String) {
        let problem = ConfigurationError.relativeStateDirectory(
            variable: variable, FilePath(text: "rel"))
        let locations = locations(variables)
        #expect(throws: problem) { _ = try locations.stateDirectory() }
    }

    @Test("No configuration is looked for below a relative HOME")
    func relativeHome() {
        #expect(locations(["HOME": "rel"]).configurationFile == nil)
    }

    @Test("Without any of them there is no place for keys, and no configuration file")
    func nowhere() {
        let nowhere = locations(["PATH": "/bin"])
        #expect(throws: ConfigurationError.noStateDirectory) { _ = try nowhere.stateDirectory() }
        #expect(nowhere.configurationFile == nil)
        #expect(throws: Never.self) { _ = try Settings.load(nowhere) }
    }

    @Test("The configuration lies in XDG_CONFIG_HOME, else HOME")
    func configuration() {
        let file = FilePath(text: "/x/coffer/config.json")
        #expect(locations(["XDG_CONFIG_HOME": "/x", "HOME": "/h"]).configurationFile == file)
        let inHome = FilePath(text: "/h/.config/coffer/config.json")
        #expect(locations(["HOME": "/h", "COFFER_HOME": "/c"]).configurationFile == inHome)
    }

    @Test("A home whose name is no UTF-8 is used as it is")
    func bytes() throws {
        let environment = ProcessEnvironment(["HOME": [0x2F, 0xE9]])
        let path = try Locations(environment: environment).stateDirectory()
        #expect(path.bytes == [0x2F, 0xE9] + Array("/.local/share/coffer".utf8))
    }

    @Test("A missing file sets nothing")
    func missing() throws {
        #expect(try Settings.load(locations(["HOME": "/nonexistent"])) == Settings())
    }

    @Test("A mark, CRLF and comments are taken")
    func tolerant() throws {
        let settings = try Settings.load(
            write("\u{FEFF}// x\r\n{\r\n\"defaults\": {\"threads\": 3}\r\n}"))
        #expect(settings.defaults.threadCount == 3)
        #expect(settings.distrust == nil)
    }

    @Test("What is wrong is told with the file")
    func wrong() throws {
        let locations = try write("{\"x\": 1}")
        let path = try #require(locations.configurationFile)
        let problem = ConfigurationProblem(
            position: TextPosition(line: 1, column: 2),
            kind: .unknownKey("x", section: "", nearest: nil))
        #expect(throws: ConfigurationError.wrong(path, [problem])) {
            _ = try Settings.load(locations)
        }
    }

    @Test("A file that others can write names no module", arguments: [0o664, 0o646])
    func distrusted(mode: Int) throws {
        let settings = try Settings.load(write("{\"defaults\": {\"threads\": 3}}", mode: mode))
        #expect(settings.defaults.threadCount == 3)
        let path = try #require(settings.path)
        let loose = FileError.loosePermissions(path, mode: UInt32(mode))
        #expect(settings.distrust == loose)
    }

    @Test("The user's own file, which nobody else can write, may name one")
    func trusted() throws {
        let settings = try Settings.load(write("{}", mode: 0o644))
        #expect(settings.path != nil && settings.distrust == nil)
    }

    @Test("A directory in the file's place is told as unreadable")
    func unreadable() {
        let path = FilePath(text: "/tmp")
        #expect(throws: ConfigurationError.unreadable(.isDirectory(.path(path)))) {
            _ = try Settings.load(path)
        }
    }
}
