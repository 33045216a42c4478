"""The rows of keys: data keys of the built-in service, and what keys in a token and across the
network cost, with the real services of services.py."""

from __future__ import annotations

import os
import statistics
import subprocess
from pathlib import Path

import services
from bench_bed import Bench
from bench_report import Goal, Series
from measure import Failed, Pipeline, Sample, run

DATA_KEYS = 200_000
WRAPS = 20_000
IN_FLIGHT = 16
DECRYPTS = 20
ONE_CORE = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
TOKEN_KEY = f"pkcs11:token={services.TOKEN};object={services.KEY}"


def ended(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def data_keys(bench: Bench) -> None:
    """GenerateDataKey in one process on one core: what more calls cost, not the start."""
    def pinned(count: int) -> Pipeline:
        return bench.pipeline(
            [*ONE_CORE, bench.coffer, "bench-keys", "--count", str(count)])
    run(pinned(1))
    found = bench.interleave({f"{DATA_KEYS} data keys": pinned(DATA_KEYS),
                              "1 data key": pinned(1)})
    many, one = found.values()
    rates = [(DATA_KEYS - 1) / (a - b)
             for a, b in zip(many.values("wall"), one.values("wall"))]
    bench.report.show(
        "embedded GenerateDataKey, audit on, one core", list(found.values()),
        [Goal("embedded GenerateDataKey", max(rates), statistics.median(rates), 50_000, " /s")])


def keys_elsewhere(bench: Bench) -> None:
    folder = bench.work / "services"
    folder.mkdir()
    with services.started(["softhsm", "moto"], folder) as started:
        for service in started.values():
            bench.environment |= service.environment
        bench.environment["XDG_RUNTIME_DIR"] = str(folder)
        configuration = bench.work / "config" / "coffer"
        configuration.mkdir(parents=True, exist_ok=True)
        (configuration / "config.json").write_text(
            f'{{"services": {{"pkcs11:": {{"module": "{services.MODULE}"}}}}}}\n')
        agent, alone = Agent(bench), Agent(bench, ONE_CORE)
        try:
            opening(bench, agent, started["moto"])
            wraps(bench, agent, alone)
        finally:
            agent.stop()
            alone.stop()


class Agent:
    """An agent of a session, on the cores that `cores` says."""

    def __init__(self, bench: Bench, cores: list[str] | None = None) -> None:
        self.program = str(Path(bench.coffer).with_name("coffer-agent"))
        self.environment = bench.environment
        said = ended([*(cores or []), self.program, "start", "--idle", "600"], self.environment)
        self.socket = said.split("=", 1)[1].split(";")[0].strip().strip("'\"")
        self.variables = {"COFFER_AGENT_SOCKET": self.socket}

    def stop(self) -> None:
        ended([self.program, "stop"], self.environment | self.variables)


def opening(bench: Bench, agent: Agent, moto: services.Moto) -> None:
    """What a recipient elsewhere adds to the same decrypt by a key file."""
    small = bench.work / "1k-elsewhere"
    small.write_bytes(os.urandom(1024))
    remote = f"aws-kms:{bench.environment['MOTO_KEY']}"
    sealed = bench.made("small.coffer", [
        bench.coffer, "encrypt", "-q", "--no-offline-advice", "-o", "-", str(small),
        *(part for key in (bench.key, TOKEN_KEY, remote) for part in ("-k", key))])

    def by(key: str, session: bool) -> Pipeline:
        return bench.pipeline([bench.coffer, "decrypt", "-q", "-k", key, "-o", "-", sealed],
                              **(agent.variables if session else {}))

    contenders = {
        "key file": by(bench.key, False),
        "token, agent of the session": by(TOKEN_KEY, True),
        "token, agent started for it": by(TOKEN_KEY, False),
        "AWS KMS by moto, agent of the session": by(remote, True),
        "AWS KMS by moto, agent started for it": by(remote, False),
    }
    for pipeline in contenders.values():
        run(pipeline)
    before = moto.request_count
    for _ in range(DECRYPTS):
        run(contenders["AWS KMS by moto, agent of the session"])
    requests = (moto.request_count - before) / DECRYPTS
    found = bench.batches(max(bench.pairs, 5), contenders)
    file, warm, cold, near, far = found.values()

    def added(ours: Series) -> tuple[float, float]:
        pairs = [a - b for a, b in zip(ours.values("wall"), file.values("wall"))]
        return min(pairs) * 1000, (ours.median() - file.median()) * 1000

    for one in (warm, cold):
        one.note = f"{added(one)[1]:.1f} ms more"
    for one in (near, far):
        one.note = f"{added(one)[1]:.1f} ms more, {requests:g} request"
    bench.report.show(
        "decrypt 1 KiB by keys elsewhere, medians of many runs", list(found.values()),
        [Goal("token with an agent running adds", *added(warm), 15, " ms", at_least=False),
         Goal("token with none running adds", *added(cold), 60, " ms", at_least=False),
         Goal("a remote key adds round trips", requests, requests, 1, "", at_least=False)], "ms")


def wraps(bench: Bench, agent: Agent, alone: Agent) -> None:
    """Of 32 bytes by AES key wrap: called straight from C, by the agent's rooms, and in coffer-agent.

    The rate to compare with is C's with the calls that the format asks for: mechanism 2 wraps objects
    (container-v1, 6.3), and tokens refuse C_Encrypt with it, so the file key becomes an object of the
    session that is destroyed again. C_WrapKey alone, of one object again and again, is shown beside it.
    What the socket takes is taken off by requests to the same agent that ask for nothing. With everybody
    on one core, as for the goal, the difference is the work that a wrap is. On several it has in it how
    long a core takes to wake that slept meanwhile, which is the machine's; it is shown without a goal.
    """
    straight = str(bench.work / "token_wraps")
    ended(["cc", "-O2", *ended(["pkg-config", "--cflags", "p11-kit-1"], {}).split(),
           str(Path(__file__).parent.parent / "token_wraps.c"), "-o", straight], {})
    probe = str(Path(bench.coffer).with_name("TokenProbe"))
    called = [*ONE_CORE, straight, services.MODULE, services.TOKEN, services.KEY, str(WRAPS)]
    asked = [f"{TOKEN_KEY}?module-path={services.MODULE}", str(WRAPS)]
    contenders = {
        "C: make the object, wrap, destroy it": [*called, "whole"],
        "C: C_WrapKey alone": [*called, "wrap"],
        "the agent's rooms, without the agent":
            [*ONE_CORE, probe, "wraps", services.MODULE, TOKEN_KEY, str(WRAPS)],
        "coffer-agent on one core, one at a time":
            [*ONE_CORE, probe, "asks", alone.socket, *asked, "1"],
        "coffer-agent on one core, asked for nothing":
            [*ONE_CORE, probe, "round", alone.socket, str(WRAPS)],
        "coffer-agent, one at a time": [probe, "asks", agent.socket, *asked, "1"],
        "coffer-agent, asked for nothing": [probe, "round", agent.socket, str(WRAPS)],
        f"coffer-agent, {IN_FLIGHT} in flight": [probe, "asks", agent.socket, *asked, str(IN_FLIGHT)],
    }
    found = {name: Series(name) for name in contenders}
    for _ in range(bench.pairs):
        for name, command in contenders.items():
            seconds = int(ended(command, bench.environment)) / 1e9
            found[name].samples.append(Sample(seconds, 0, []))
    whole, _, ours, *with_socket, _ = found.values()

    def without_socket(name: str, one: Series, nothing: Series) -> Series:
        pairs = zip(one.values("wall"), nothing.values("wall"))
        return Series(name, [Sample(asking - round_trip, 0, []) for asking, round_trip in pairs])

    inside = without_socket("coffer-agent on one core, without the socket", *with_socket[:2])
    asleep = without_socket("coffer-agent, without the socket", *with_socket[2:])
    shown = [*found.values(), inside, asleep]
    for series in shown:
        series.note = f"{WRAPS / series.median():,.0f} /s"

    def share(series: Series) -> tuple[float, float]:
        pairs = [a / b for a, b in zip(whole.values("wall"), series.values("wall"))]
        return max(pairs), whole.median() / series.median()

    bench.report.show(
        f"{WRAPS:,} wraps by a key of SoftHSM2", shown,
        [Goal("wraps in coffer-agent, of C's rate with the same calls", *share(inside), 0.7, " ×"),
         Goal("the same by the agent's rooms alone", *share(ours), 0.7, " ×")])
