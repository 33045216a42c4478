import Foundation
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite("Shared files")
struct INIFileTests {
    static func file(_ text: String) throws(INIFile.Failure) -> INIFile {
        try INIFile(unsafe SecretBytes(copying: Array(text.utf8).span.bytes))
    }

    @Test(
        "Two thousand random files say what they say to botocore",
        .enabled(if: RealService.python != nil, Comment(rawValue: RealService.missing)))
    func botocore() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("ini-oracle.py").path
        var valid = 0
        for line in try RealService.pythonLines([script, "20261127", "2000"]) {
            let entry = try require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let text = try require(entry["text"] as? String)
            let read = Result { try Self.file(text) }
            guard let expected = entry["parsed"] as? [String: [String: [String: Any]]] else {
                #expect(throws: INIFile.Failure.self, "\(text.debugDescription)") { try read.get() }
                continue
            }
            valid += 1
            guard case .success(let found) = read else {
                Issue.record("refused: \(text.debugDescription)")
                continue
            }
            #expect(Set(found.sections.keys) == Set(expected.keys), "\(text.debugDescription)")
            for (section, options) in expected {
                let own = found.sections[section] ?? [:]
                #expect(Set(own.keys) == Set(options.keys), "\(text.debugDescription)")
                for (option, value) in options {
                    #expect(
                        own[option]?.string == value["value"] as? String,
                        "\(option) in \(text.debugDescription)")
                    let nested = value["nested"] as? [String: String]
                    #expect(own[option]?.nested == nested, "\(option) in \(text.debugDescription)")
                }
            }
        }
        #expect(valid > 200)
    }

    @Test("Words are split as a shell splits them")
    func shellWords() {
        #expect(
            ShellWords.split(#"a  b 'c d' "e \"f\" \g" h\ i j''k"#) == [
                "a", "b", "c d", #"e "f" \g"#, "h i", "jk",
            ])
        #expect(ShellWords.split("''") == [""])
        #expect(ShellWords.split("a 'b") == nil)
        #expect(ShellWords.split("a \"b") == nil)
        #expect(ShellWords.split("a\\") == nil)
    }

    @Test("A secret is the bytes of its line, without what a parser adds")
    func secret() throws {
        let file = try Self.file("[default]\naws_secret_access_key = a/b+c=  \n")
        let profile = try require(
            AWSProfiles(configuration: .empty, credentials: file)["default"])
        let secret = SecretText(try require(profile.secret("aws_secret_access_key")))
        #expect(secret.string(0..<secret.count) == "a/b+c=")
    }

    @Test("The credentials file counts before the configuration file")
    func precedence() throws {
        let profiles = AWSProfiles(
            configuration: try Self.file("[profile a]\nregion = one\nrole_arn = r\n"),
            credentials: try Self.file("[a]\nregion = two\n[b]\nregion = three\n"))
        #expect(profiles["a"]?["region"] == "two")
        #expect(profiles["a"]?["role_arn"] == "r")
        #expect(profiles["b"]?["region"] == "three")
        #expect(profiles["c"] == nil)
    }
}
