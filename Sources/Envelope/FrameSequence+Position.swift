internal import ContainerFormat
internal import FileIO

extension FrameSequence {
    /// The next frame of a container in a regular file of `byteCount` bytes: its word is read, and its
    /// body is known to be there.
    mutating func next(
        in input: (file: InputFile, byteCount: UInt64), payloadOffset: UInt64
    ) throws -> Frame {
        let place = place
        let start = payloadOffset + offset
        guard start + UInt64(FrameWord.byteCount) <= input.byteCount else {
            throw ContainerError.truncated(place)
        }
        var word: [UInt8] = [0, 0, 0, 0]
        var span = word.mutableSpan
        var bytes = unsafe span.mutableBytes
        try input.file.read(into: &bytes, at: start)
        let frame = try accept(OpeningJob.word(word))
        guard payloadOffset + offset <= input.byteCount else {
            throw ContainerError.truncated(place)
        }
        return frame
    }
}
