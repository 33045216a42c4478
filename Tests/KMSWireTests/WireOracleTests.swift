import Foundation
import KMSModel
import KMSWire
import Testing

/// Against botocore's service model of the API: what it writes is read, and what is written means
/// the same to it.
@Suite("AWS JSON against botocore", .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
struct WireOracleTests {
    struct Judgement: Decodable {
        let problem: String?
    }

    @Test("Every body of every operation means the same after it was read and written")
    func roundTrips() throws {
        var bodies = try WireBody.all.get()
        #expect(Set(bodies.map(\.operation)) == Set(KMSOperation.allCases.map(\.rawValue)))
        for index in bodies.indices {
            do {
                bodies[index].returned = try bodies[index].roundTrip()
            } catch {
                Issue.record("\(error) of \(bodies[index].operation): \(bodies[index].sent)")
            }
        }
        let encoder = JSONEncoder()
        let judgements = try Python.lines(
            Judgement.self, of: "wire-bodies.py", ["check"],
            input: try bodies.filter { $0.returned != nil }.map {
                String(decoding: try encoder.encode($0), as: UTF8.self)
            })
        // The last line says that all were judged.
        #expect(judgements.last.map { $0.problem == nil } == true)
        for judgement in judgements.dropLast() { Issue.record("\(judgement.problem ?? "")") }
    }

    @Test("Each operation has botocore's target and content type")
    func targets() throws {
        for body in try WireBody.all.get() where body.direction == "request" {
            let operation = try #require(KMSOperation(rawValue: body.operation))
            #expect(operation.target == body.target)
            #expect(KMSOperation(target: body.target) == operation)
            #expect(AWSJSON.contentType == body.contentType)
        }
    }
}
