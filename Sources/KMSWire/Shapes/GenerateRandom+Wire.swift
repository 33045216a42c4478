package import KMSModel

extension GenerateRandomRequest: WireRequest {
    package static var operation: KMSOperation { .generateRandom }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(numberOfBytes: try object.integer("NumberOfBytes"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("NumberOfBytes", numberOfBytes)
    }
}

extension GenerateRandomResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(plaintext: try object.secret("Plaintext", KMSLimits.randomByteCount))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Plaintext", secret: plaintext)
    }
}
