/// Looks in a text for what is between two stars of a pattern, at every place at once.
///
/// Bit i of the state is set while the first i + 1 tokens fit what was read last (Baeza-Yates and
/// Gonnet, "A New Approach to Text Searching", 1992), so each byte of the text costs one step for
/// every 64 tokens, whatever they are: a text of n bytes and m tokens take n · ⌈m/64⌉ steps.
struct WildcardSearch {
    private typealias Token = WildcardPattern.Token

    /// Where the row of a byte begins in `rows`; -1 for a byte that the piece does not have. Kept, as
    /// a pattern may have many short pieces.
    private var rowStarts = [Int](repeating: -1, count: 256)
    /// Of each byte of the piece, the tokens that are that byte.
    private var rows: [UInt64] = []
    /// The tokens that are any character.
    private var anyCharacters: [UInt64] = []
    private var state: [UInt64] = []

    /// The end of the first place in `text`, which begins with a whole character, where `piece` fits.
    mutating func firstEnd<Text: RandomAccessCollection<UInt8>>(
        of piece: ArraySlice<UInt16>, in text: Text, steps: inout Int
    ) -> Text.Index? {
        guard !piece.isEmpty else { return text.startIndex }
        prepare(piece, steps: &steps)
        defer { forget(piece) }
        let last = (word: (piece.count - 1) / 64, bit: UInt64(1) << UInt64((piece.count - 1) % 64))
        var position = text.startIndex
        while position < text.endIndex {
            advance(text[position], steps: &steps)
            position = text.index(after: position)
            guard state[last.word] & last.bit != 0 else { continue }
            if piece.last == WildcardPattern.anyCharacter {
                while position < text.endIndex, text[position].continuesCharacter {
                    position = text.index(after: position)
                }
            }
            return position
        }
        return nil
    }

    private mutating func advance(_ byte: UInt8, steps: inout Int) {
        let row = rowStarts[Int(byte)]
        let continues = byte.continuesCharacter
        var carry: UInt64 = 1
        for word in state.indices {
            steps += 1
            let before = state[word]
            let any = anyCharacters[word]
            let fitting = (row < 0 ? 0 : rows[row + word]) | (continues ? 0 : any)
            // A character that some token took goes on.
            state[word] = (before << 1 | carry) & fitting | (continues ? before & any : 0)
            carry = before >> 63
        }
    }

    private mutating func prepare(_ piece: ArraySlice<Token>, steps: inout Int) {
        let empty = [UInt64](repeating: 0, count: (piece.count + 63) / 64)
        rows.removeAll(keepingCapacity: true)
        anyCharacters = empty
        state = empty
        for (index, token) in piece.enumerated() {
            steps += 1
            let (word, bit) = (index / 64, UInt64(1) << UInt64(index % 64))
            if token == WildcardPattern.anyCharacter {
                anyCharacters[word] |= bit
                continue
            }
            let byte = Int(token)
            if rowStarts[byte] < 0 {
                rowStarts[byte] = rows.count
                rows += empty
                steps += empty.count
            }
            rows[rowStarts[byte] + word] |= bit
        }
    }

    private mutating func forget(_ piece: ArraySlice<Token>) {
        for token in piece where token != WildcardPattern.anyCharacter {
            rowStarts[Int(token)] = -1
        }
    }
}
