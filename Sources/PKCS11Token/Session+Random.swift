internal import CPKCS11
package import SecretMemory

extension Session {
    /// Bytes from the token's own generator.
    package func random(byteCount: Int) throws(TokenError) -> SecretBytes {
        let generate = unsafe try required(functions.C_GenerateRandom, "C_GenerateRandom")
        return try SecretBytes(byteCount: byteCount) { output throws(TokenError) in
            let code = unsafe output.withUnsafeMutableBytes { output in
                unsafe generate(
                    handle, output.bindMemory(to: UInt8.self).baseAddress, CK_ULONG(output.count))
            }
            try check(code, "C_GenerateRandom")
        }
    }
}
