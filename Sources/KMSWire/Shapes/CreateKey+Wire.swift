package import KMSModel

extension CreateKeyRequest: WireRequest {
    package static var operation: KMSOperation { .createKey }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            description: try object.optionalText("Description") ?? "",
            keyUsage: try object.optionalWord("KeyUsage") ?? .encryptDecrypt,
            keySpec: try KeySpec(wire: object) ?? .symmetricDefault,
            origin: try object.optionalWord("Origin") ?? .awsKMS,
            multiRegion: try object.optionalFlag("MultiRegion") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        if !description.isEmpty { json.member("Description", description) }
        json.member("KeyUsage", keyUsage)
        json.member("KeySpec", keySpec)
        json.member("Origin", origin)
        if multiRegion { json.member("MultiRegion", true) }
    }
}

extension CreateKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyMetadata: try KeyMetadata(wire: object.object("KeyMetadata")))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyMetadata") { keyMetadata.write(to: &$0) }
    }
}
