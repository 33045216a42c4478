package import KMSModel

extension DescribeKeyRequest: WireRequest {
    package static var operation: KMSOperation { .describeKey }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
    }
}

extension DescribeKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyMetadata: try KeyMetadata(wire: object.object("KeyMetadata")))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyMetadata") { keyMetadata.write(to: &$0) }
    }
}
