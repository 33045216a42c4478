import Foundation
import Testing

/// The recipes of coffer-recipes(7), with the real programs.
@Suite(
    "Recipes",
    .enabled(if: Recipes.isPossible, "needs PostgreSQL, rclone, and a Python with moto and awscli"))
struct RecipeTests {
    /// A table of 20,000 rows, and what it looks like from outside.
    private static let shop =
        "psql -q -c 'create table orders (id int primary key, note text)' "
        + "-c \"insert into orders select n, md5(n::text) from generate_series(1, 20000) n\"; "
    private static let count = "psql -At -c 'select count(*), sum(id) from orders'; "
    private static let drop = "psql -q -c 'drop table orders'; "

    @Test("A dump of PostgreSQL goes into a container by 'run' and comes back by psql")
    func dump() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            Self.shop + "coffer run -o shop.sql.coffer -- pg_dump; " + Self.drop
                + "coffer decrypt --verify-first -o - shop.sql.coffer | psql -q -1 > log; "
                + Self.count, with: Recipes.postgres, runner)
        #expect(outcome.output == ["20000|200010000"])
        #expect(outcome.errors == [] && outcome.status == 0)
    }

    @Test("A dump that fails leaves no container and its own exit code")
    func deadDump() throws {
        let runner = try TranscriptRunner()
        let failed = try Recipes.run(
            "coffer run -o x.coffer -- pg_dump -t missing", with: Recipes.postgres, runner)
        #expect(failed.status == 1)
        #expect(
            failed.errors.last == "error: 'pg_dump' ended with exit code 1: 'x.coffer' was not made"
        )
        let unreachable = try Recipes.run(
            "coffer run -o x.coffer -- sh -c \"pg_dump -h /nowhere nothing; exit 3\"", runner)
        #expect(unreachable.status == 3)
        let files = try runner.files()
        #expect(files == ["key"])
    }

    @Test("psql gets nothing of a dump that was cut")
    func cutDump() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            Self.shop + "coffer run -o whole -- pg_dump; " + Self.drop
                + "head -c 100000 whole > cut; set +e; "
                + "coffer decrypt --verify-first -o - cut 2> log | psql -q -1; "
                + "echo ${PIPESTATUS[0]}; psql -At -c \"select to_regclass('orders') is null\"",
            with: Recipes.postgres, runner)
        #expect(outcome.output == ["65", "t"])
    }

    @Test("A pipeline without pipefail is told by a word that a dump is whole, or is not")
    func commitWord() throws {
        let runner = try TranscriptRunner()
        let pipe =
            "| coffer encrypt -o $name --commit-fd 3 3< ok; echo $?; "
        let outcome = try Recipes.run(
            "set +e; mkfifo ok; " + Self.shop
                + "name=good; { pg_dump 3>&- && echo commit >&3; } 3> ok " + pipe
                + "name=bad; { pg_dump -t missing 3>&- 2> log && echo commit >&3; } 3> ok " + pipe
                + "ls good bad 2> log", with: Recipes.postgres, runner)
        #expect(outcome.output == ["0", "74", "good"])
    }

    @Test("tar goes into a container and comes back, and one that fails is refused elsewhere")
    func tar() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            "mkdir photos out elsewhere; for i in 1 2 3; do seq $i 90000 > photos/$i; done; "
                + "coffer run -o photos.tar.coffer -- tar -c photos; "
                + "coffer decrypt -o - photos.tar.coffer | tar -x -C out; diff -r photos out/photos; "
                + "coffer run -- tar -c photos | (cd elsewhere && cat > photos.tar.coffer); "
                + "(cd elsewhere && cat photos.tar.coffer) | coffer decrypt | tar -t | wc -l; "
                + "set +e; coffer run -- tar -c photos missing 2> log | cat > elsewhere/bad.coffer; "
                + "echo ${PIPESTATUS[0]}; coffer verify --structure -q elsewhere/bad.coffer 2> log; "
                + "echo $?", runner)
        #expect(outcome.output == ["4", "2", "65"])
        #expect(outcome.errors == [])
    }

    @Test(
        "Object storage by rclone and by the aws CLI, there and back",
        arguments: ["moto", "seaweedfs"])
    func objectStorage(service: String) throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            "seq 500000 > data; coffer run -- cat data | rclone rcat remote:backups/a.coffer; "
                + "rclone cat remote:backups/a.coffer | coffer decrypt | cmp - data; "
                // Of more than one part.
                + "head -c 20M /dev/urandom > big; "
                + "coffer run -- cat big | aws s3 cp - s3://backups/b.coffer; "
                + "aws s3 cp s3://backups/b.coffer - | coffer decrypt | cmp - big; "
                + "rclone cat remote:backups/b.coffer | coffer verify -; "
                + "set +e; coffer run -- sh -c \"cat data; exit 1\" 2> log "
                + "| rclone rcat remote:backups/bad.coffer; "
                + "rclone cat remote:backups/bad.coffer | coffer decrypt 2> log > rest; echo $?",
            with: Recipes.s3(service), runner)
        #expect(outcome.output == ["standard input: verified, 20 MiB", "65"])
        #expect(outcome.errors == [])
    }

    @Test("Names from find -print0, whatever bytes are in them")
    func find() throws {
        let runner = try TranscriptRunner()
        let outcome = try Recipes.run(
            "mkdir d; seq 3 > d/plain.sql; seq 4 > \"d/a b.sql\"; name=$(printf \"new\\nline\"); seq 5 > \"d/$name.sql\"; "
                + "find d -name \"*.sql\" -print0 | coffer encrypt -q --files-from - -0; "
                + "find d -name \"*.coffer\" -print0 | coffer verify -q --files-from - -0; "
                + "find d -name \"*.coffer\" | grep -c coffer", runner)
        #expect(outcome.output == ["3"])
        #expect(outcome.errors == [] && outcome.status == 0)
    }
}
