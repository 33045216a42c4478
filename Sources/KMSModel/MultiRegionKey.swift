package struct MultiRegionKey: Equatable, Sendable {
    package var arn: String
    package var region: String

    package init(arn: String, region: String) {
        self.arn = arn
        self.region = region
    }
}
