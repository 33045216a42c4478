import Foundation
import Testing

/// Clients of AWS KMS that others wrote, against a real `cofferd`; one after the other, for each starts
/// programs of its own.
@Suite(
    "Clients of AWS KMS", .enabled(if: Client.areThere, "\(Client.missing)"), .serialized)
struct ClientTests {
    @Test("Each SDK seals, opens, signs, and knows what it is refused with", arguments: Client.sdks)
    func session(client: String) throws {
        try Daemon.run(Client.functions + "\ncheck 0 client \(client) session")
    }

    @Test("What one SDK sealed, every other opens")
    func exchange() throws {
        try Daemon.run(
            Client.functions + """

                CLIENTS='\(Client.sdks.joined(separator: " "))'; mkdir blobs
                for one in $CLIENTS; do check 0 client $one seal blobs/$one; done
                for one in $CLIENTS; do check 0 client $one open blobs/*; done
                """)
    }

    @Test("sops seals a file, and aws opens its data key")
    func sops() throws {
        try Daemon.run(Client.functions + "\ncheck 0 client sops.sh")
    }

    @Test("SeaweedFS keeps objects sealed under a key of the service")
    func seaweedFS() throws {
        try Daemon.run(Client.functions + "\ncheck 0 client seaweedfs.py")
    }

    @Test("The AWS Encryption SDK and its command open what the other sealed, in two regions")
    func encryptionSDK() throws {
        try Daemon.run(Client.functions + "\ncheck 0 client encryption-sdk.py")
    }

    @Test("coffer seals to a key of the service through its agent, and manages its keys")
    func coffer() throws {
        try Daemon.run(
            Client.functions + """

                export COFFER_HOME=$PWD/none SERVICE='--key-service aws-kms:'; echo data > data
                check 0 coffer encrypt -q data -k aws-kms:alias/default -c app=clients -o a.coffer
                check 0 coffer inspect a.coffer; says "$KEY"
                check 0 coffer decrypt -q a.coffer -k aws-kms:$KEY -o opened; check 0 cmp data opened
                check 0 coffer key create alias/second $SERVICE
                check 0 coffer key rotate aws-kms:alias/second
                check 67 coffer decrypt -q a.coffer -k aws-kms:alias/second -o -
                check 0 coffer rewrap a.coffer -k aws-kms:$KEY --add-key aws-kms:alias/second
                check 0 coffer rewrap a.coffer -k aws-kms:$KEY --remove-key aws-kms:$KEY
                check 0 coffer decrypt -q a.coffer -k aws-kms:alias/second -o again; check 0 cmp data again
                check 0 coffer key disable alias/second $SERVICE
                check 77 coffer decrypt -q a.coffer -k aws-kms:alias/second -o -; says DisabledException
                check 67 coffer key describe alias/none $SERVICE
                check 0 coffer key list $SERVICE; says alias/second Disabled
                check 77 env AWS_SECRET_ACCESS_KEY=forged coffer key list $SERVICE
                """)
    }
}
