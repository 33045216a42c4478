import ContainerFormat
import Testing

@testable import Envelope

/// Containers whose index has more than one frame.
@Suite struct LongIndexTests {
    @Test(
        "An index of two frames is written whole, after a file and after a stream",
        arguments: Decoder.Input.allCases)
    func twoGroups(input: Decoder.Input) throws {
        let key = try TestKeys.file("a")
        let count = (Int(IndexGroup.wordCount) + 1) * 4096 - 5
        let plaintext = [UInt8](repeating: 7, count: count)
        let container = try Container(plaintext, to: [key], from: input)
        let isSame = try container.decrypted(with: key).bytes == plaintext
        #expect(isSame)
    }
}
