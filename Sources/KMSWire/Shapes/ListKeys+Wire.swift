package import KMSModel

extension ListKeysRequest: WireRequest {
    package static var operation: KMSOperation { .listKeys }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Limit", limit)
        json.member("Marker", marker)
    }
}

extension ListKeysResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        var keys: [KeyListEntry] = []
        for entry in try object.objects("Keys") {
            keys.append(try KeyListEntry(wire: entry))
        }
        self.init(
            keys: keys, nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Keys", objects: keys) { $1.write(to: &$0) }
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}

extension KeyListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), keyARN: try object.text("KeyArn"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyArn", keyARN)
    }
}
