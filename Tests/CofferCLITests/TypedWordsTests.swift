import ArgumentParser
import FileIO
import Testing

@testable import CofferCLI

@Suite("Typed words")
struct TypedWordsTests {
    private func words(
        _ words: [String], _ index: Int, _ shell: CompletionShell?, version: String? = nil
    ) -> (others: [String], typed: String, kept: Int) {
        let words = TypedWords(
            words, index: index, shell: shell, version: version, home: "/home/ann")
        return (
            words.others, String(decoding: words.typed, as: UTF8.self), words.keptByteCount
        )
    }

    @Test("Quotes, backslashes and the home directory are read as a shell reads them")
    func quotes() {
        let line = [
            "coffer", #"a\ b"#, "'c $d'", #""e\"\f""#, "~/g", "'~/h'", #"i'j'\'"#, "'op en",
        ]
        let plain = ["coffer", "a b", "c $d", #"e"\f"#, "/home/ann/g", "~/h", "ij'"]
        for shell in [CompletionShell.bash, .zsh, nil] {
            let found = words(line, 7, shell)
            #expect(found.others == plain)
            #expect(found.typed == "op en" && found.kept == 0)
        }
        #expect(words(["coffer", #"a\ b"#], 0, .fish, version: "3.6.0").others == [#"a\ b"#])
        #expect(words(["coffer", #"a\ b"#], 0, .fish, version: "4.0.1").others == ["a b"])
    }

    @Test("What bash takes apart at colons and equals signs is one word")
    func breaks() {
        let line = ["coffer", "-k", "keyfile", ":", "k", "-c", "a", "=", "b", "x", ":", "y"]
        let found = words(line, 11, .bash)
        #expect(found.others == ["coffer", "-k", "keyfile:k", "-c", "a=b"])
        #expect(found.typed == "x:y" && found.kept == 2)
        let other = words(line, 11, .zsh)
        #expect(other.others.count == 11 && other.typed == "y" && other.kept == 0)
    }

    @Test("A word that is not there yet is empty, words behind it stay")
    func places() {
        #expect(
            words(["coffer", "extract", "", "b"], 2, .bash).others == ["coffer", "extract", "b"])
        #expect(words(["coffer", "extract", "", "b"], 2, .bash).typed == "")
        #expect(words(["coffer"], 1, .bash).typed == "")
    }
}
