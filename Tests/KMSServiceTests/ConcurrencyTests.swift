import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

@Suite struct ConcurrencyTests {
    @Test(
        "Threads that seal, open and rotate one key at once lose nothing",
        arguments: Assembly.allCases)
    func oneKey(assembly: Assembly) async throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for round in 0..<50 {
                        let text = "\(worker) \(round)"
                        let blob = try fixture.encrypt(text, under: key)
                        #expect(try fixture.decrypt(blob, keyID: key) == text)
                    }
                }
            }
            group.addTask {
                for _ in 0..<5 {
                    _ = try fixture.secondService().rotateKeyOnDemand(
                        RotateKeyOnDemandRequest(keyID: key), caller: fixture.caller)
                }
            }
            try await group.waitForAll()
        }
        let rotations = try fixture.service.listKeyRotations(
            ListKeyRotationsRequest(keyID: key), caller: fixture.caller)
        #expect(rotations.rotations.count == 5)
    }
}
