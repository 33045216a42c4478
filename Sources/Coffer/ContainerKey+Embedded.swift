internal import CofferConfiguration
internal import FileIO
internal import KMSModel
internal import KMSService
internal import KeyProviders

extension ContainerKey {
    /// A key of the embedded key service, which `coffer key create` made: by alias, id or ARN.
    ///
    /// The keystore is in `directory`, by default where `coffer` has it: COFFER_HOME, or `coffer` in
    /// XDG_DATA_HOME or in ~/.local/share. None is made here.
    public static func embedded(
        _ name: String = "alias/default", keystore directory: String? = nil
    ) throws(ContainerFailure) -> ContainerKey {
        do {
            let place =
                try directory.map(FilePath.init(text:))
                ?? Locations(environment: .current()).stateDirectory()
            let keystore = try EmbeddedKeyService.open(in: place.bytes)
            let arn = try keystore.service.describeKey(
                DescribeKeyRequest(keyID: name), caller: keystore.caller
            ).keyMetadata.arn
            return ContainerKey(
                provider: KeyServiceKey(
                    keyID: arn, arn: arn,
                    service: { () throws(EmbeddedKeyServiceError) in keystore }))
        } catch { throw ContainerFailure(error) }
    }
}
