import Foundation

/// The programs in the folder Clients, one for each client that others wrote.
enum Client {
    /// Those that speak the whole API: they take `session`, `seal FILE` and `open FILE`.
    static let sdks = [
        "aws-cli.sh", "aws-cli-2.sh", "sdk.py", "curl.sh", "sdk-v1.go", "sdk-v2.go", "sdk.rb",
    ]

    static let missing = """
        needs TEST_PACKAGES of Scripts/common.sh and the packages of Scripts/python/requirements.txt
        """

    static let areThere =
        (try? Daemon.shell(
            """
            set -e
            cd "$(dirname '\(Daemon.python)')" && ls aws sops weed aws-encryption-cli /usr/bin/aws
            ls /usr/share/gocode/src/github.com/aws/aws-sdk-go{,-v2}/service/kms
            go version; ruby -e 'require "aws-sdk-kms"'
            """))?.status == 0

    /// Defines `client NAME ARGUMENT…`, and the key that clients are given as `$KEY`.
    static let functions = """
        export PATH="$(dirname "$PYTHON"):$PATH" GO111MODULE=off GOPATH=/usr/share/gocode
        export GOCACHE='\(cache)/go-build'
        client() {
            local source="$SCRIPTS/../Clients/$1"; shift
            case $source in
                *.py) "$PYTHON" "$source" "$@" ;;
                *.rb) ruby "$source" "$@" ;;
                *.sh) bash "$source" "$@" ;;
                *.go)
                    local program=./${source##*/}; program=${program%.go}
                    [ -e $program ] || go build -o $program "$source" && $program "$@" ;;
            esac
        }
        KEY=$(aws kms describe-key --key-id alias/default --query KeyMetadata.Arn --output text)
        export KEY
        """

    /// What Go compiled is kept from run to run, where Scripts/common.sh keeps its downloads.
    private static let cache: String = {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["COFFER_CACHE"] { return cache }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/coffer-dev"
    }()
}
