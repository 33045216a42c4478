import Foundation
import Testing

/// The recipes of coffer-recipes(7) with other backup programs, another machine, and what starts
/// programs at night.
@Suite(
    "Backup recipes",
    .enabled(if: Recipes.isPossible, "needs what 'Recipes' names"))
struct BackupRecipeTests {
    private static let tree =
        "mkdir -p home/sub out; seq 90000 > home/list; head -c 100000 /dev/urandom > home/sub/data; "
        + "ln -s list home/link; chmod 600 home/list; "
        // restic's tar has whole seconds.
        + "find home -exec touch -hd @1000000000 {} +; "

    @Test("A snapshot of restic goes into a container as a tar, and comes back as the same files")
    func restic() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            Self.tree
                + "export RESTIC_PASSWORD=x RESTIC_REPOSITORY=$PWD/repository; restic init -q; "
                + "restic -q backup home; "
                + "coffer run -o home.tar.coffer -- restic -q dump latest /; "
                + "coffer verify -q home.tar.coffer; "
                + "coffer decrypt -o - home.tar.coffer | tar -x -C out; "
                + "rsync -anic --delete home/ out/home/; "
                // And a stream that restic keeps.
                + "coffer run -- cat home/list | restic -q backup --stdin --stdin-filename list.coffer; "
                + "restic -q dump latest list.coffer | coffer decrypt | cmp - home/list; "
                + "set +e; coffer run -o x.coffer -- restic -q dump missing / 2> log; echo $?; ls x.coffer",
            runner)
        #expect(outcome.output == ["1"])
        #expect(outcome.errors == ["ls: cannot access 'x.coffer': No such file or directory"])
    }

    @Test("An archive of borg goes into a container as a tar, and back into a repository")
    func borg() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            Self.tree
                + "export BORG_REPO=$PWD/repository BORG_BASE_DIR=$PWD/borg; borg init -e none; "
                + "borg create ::monday home; "
                + "coffer run -o home.tar.coffer -- borg export-tar ::monday -; "
                + "coffer decrypt -o - home.tar.coffer | tar -x -C out; "
                + "rsync -aniAXc --delete home/ out/home/; "
                + "coffer decrypt -o - home.tar.coffer | borg import-tar ::again - > log 2>&1; "
                + "borg list ::again --format \"{path}{NL}\" | sort; "
                + "set +e; coffer run -o x.coffer -- borg export-tar ::missing - 2> log; echo $?; "
                + "test -e x.coffer; echo $?",
            runner)
        #expect(
            outcome.output == [
                "home", "home/link", "home/list", "home/sub", "home/sub/data", "2", "1",
            ])
        #expect(outcome.errors == [])
    }

    @Test("A directory goes to another machine by ssh, and comes back")
    func otherMachine() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            Self.tree
                // What ssh does with a command: another shell, elsewhere, with the same pipes.
                + "mkdir machine; ssh() { (cd machine && exec sh -c \"$2\"); }; "
                + "coffer encrypt home -o - | ssh backup \"cat > home.coffer\"; "
                + "ssh backup \"cat home.coffer\" | coffer decrypt -C out/home; "
                + "rsync -aniAXc --delete home/ out/home/home/; "
                + "coffer run -- tar -c home | ssh backup \"cat > home.tar.coffer\"; "
                + "ssh backup \"cat home.tar.coffer\" | coffer decrypt | tar -t | wc -l; "
                // A connection that breaks.
                + "set +e; ssh backup \"head -c 60000 home.coffer\" | "
                + "{ coffer decrypt -C broken 2> log; echo $?; }; test -e broken; echo $?",
            runner)
        #expect(outcome.output == ["5", "65", "1"])
        #expect(outcome.errors == [])
    }

    @Test("The line for cron makes a container with the day in its name, and sends no mail")
    func cron() throws {
        let line = try #require(
            try Recipes.examples().joined().first { $0.hasPrefix("30 2 * * *") })
        // As cron reads it: five fields, and an escaped percent sign.
        let command = line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(5)
            .joined(separator: " ").replacing("\\%", with: "%").replacing(
                "/backups", with: "backups")
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            "mkdir backups; psql -q -c \"create table t (n int)\"; "
                + "printf %s '\(command)' > line; "
                + "env -i HOME=$PWD LOGNAME=ann PGHOST=$PGHOST PGUSER=$PGUSER COFFER_KEYS=$COFFER_KEYS "
                + "PATH=$PATH SHELL=/bin/sh /bin/sh -c \"$(cat line)\" > mail 2>&1; "
                + "cat mail; coffer verify -q backups/shop-$(date +%F).sql.coffer; "
                + "coffer decrypt -o - backups/*.coffer | grep -c \"CREATE TABLE\"",
            with: Recipes.postgres, runner)
        #expect(outcome.output == ["1"])
        #expect(outcome.errors == [] && outcome.status == 0)
    }

    @Test(
        "The units for systemd are right, and their command replaces a container by a whole one only"
    )
    func systemd() throws {
        let units = try #require(
            try Recipes.examples().first { $0.first?.hasPrefix("# /etc/systemd/") == true })
        let runner = try TranscriptRunner()
        var name = ""
        var files: [String: String] = [:]
        var command = ""
        for line in units {
            if line.hasPrefix("# /etc/systemd/system/") {
                name = String(line.dropFirst("# /etc/systemd/system/".count))
            } else if line.hasPrefix("ExecStart=coffer ") {
                command = String(line.dropFirst("ExecStart=".count))
                let program = TranscriptRunner.programs.appendingPathComponent("coffer").path
                files[name, default: ""] += "ExecStart=\(program) \(command.dropFirst(7))\n"
            } else {
                files[name, default: ""] += line + "\n"
            }
        }
        #expect(files.keys.sorted() == ["shop-backup.service", "shop-backup.timer"])
        for (name, text) in files {
            try text.write(
                to: runner.directory.appendingPathComponent(name), atomically: true, encoding: .utf8
            )
        }
        let outcome = try Recipes.run(
            "systemd-analyze verify ./shop-backup.service ./shop-backup.timer; "
                + "\(command); coffer verify shop.sql.coffer > first; sum=$(cksum shop.sql.coffer); "
                + "\(command); test \"$sum\" != \"$(cksum shop.sql.coffer)\"; "
                + "sum=$(cksum shop.sql.coffer); set +e; PGHOST=/nowhere \(command) 2> log; echo $?; "
                + "test \"$sum\" = \"$(cksum shop.sql.coffer)\"; echo $?",
            with: Recipes.postgres, runner)
        #expect(outcome.output == ["1", "0"])
        #expect(outcome.errors == [])
    }
}
