internal import Dispatch
internal import ServiceLifecycle

extension DispatchQueue {
    /// Does `work` here again and again, after as many milliseconds as it says, until the service group
    /// is told to stop; what was begun is finished first.
    func repeating(_ work: @escaping @Sendable () throws -> Int64) async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let wait: Int64 = try await withCheckedThrowingContinuation { continuation in
                    self.async { continuation.resume(with: Result { try work() }) }
                }
                do { try await Task.sleep(for: .milliseconds(wait)) } catch { return }
            }
        }
    }
}
