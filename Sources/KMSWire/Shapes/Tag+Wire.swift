package import KMSModel

extension Tag: WireShape {
    package static let members: [MemberRule] = [
        .required("TagKey", .tagKey),
        .required("TagValue", .text(0...256)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(tagKey: try object.text("TagKey"), tagValue: try object.text("TagValue"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("TagKey", tagKey)
        json.member("TagValue", tagValue)
    }
}
