import Foundation

/// What this machine lets a test do.
enum Machine {
    static let canMount: Bool = {
        let script =
            "d=$(mktemp -d); mount -t tmpfs -o size=64k tmpfs $d && umount $d; r=$?; rmdir $d; exit $r"
        return geteuid() == 0 && (try? Shell.run(script).status) == 0
    }()

    static let canMakeXFS = canMount && (try? Shell.run("command -v mkfs.xfs").status) == 0
}
