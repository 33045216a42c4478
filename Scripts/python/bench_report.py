"""What was measured, how it stands to the goals, and how that is printed."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from measure import Sample


@dataclass
class Series:
    """The samples of one contender, in the order of the rounds."""

    name: str
    samples: list[Sample] = field(default_factory=list)
    note: str = ""
    #: Bytes, of the largest stage.
    peak: int = 0

    def values(self, what: str) -> list[float]:
        return [getattr(sample, what) for sample in self.samples]

    def best(self, what: str = "wall") -> float:
        return min(self.values(what))

    def median(self, what: str = "wall") -> float:
        return statistics.median(self.values(what))


@dataclass
class Goal:
    """One cell of the speed table: `best` is the best pair's figure, `median` the medians'."""

    text: str
    best: float
    median: float
    limit: float
    unit: str
    at_least: bool = True

    @property
    def holds(self) -> bool:
        return self.best >= self.limit if self.at_least else self.best <= self.limit

    @property
    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return (f"{'pass' if self.holds else 'MISS'}  {self.text}: best pair "
                f"{number(self.best)}{self.unit}, medians {number(self.median)}{self.unit} "
                f"(goal {sign} {self.limit:g}{self.unit})")


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value >= 10 else f"{value:.2f}"


def times_as_fast(text: str, ours: Series, peer: Series, limit: float) -> Goal:
    """How many times the peer's wall time is ours, pair by pair."""
    pairs = [b / a for a, b in zip(ours.values("wall"), peer.values("wall"))]
    return Goal(text, max(pairs), peer.median() / ours.median(), limit, " ×")


def share_of(text: str, ours: Series, peer: Series, limit: float, what: str = "wall") -> Goal:
    """Ours over the peer's, where less is better."""
    pairs = [a / b for a, b in zip(ours.values(what), peer.values(what))]
    return Goal(text, min(pairs), ours.median(what) / peer.median(what), limit, " ×",
                at_least=False)


class Report:
    def __init__(self, coffer: str, options: dict[str, Any]) -> None:
        self.goals: list[Goal] = []
        self.works: list[dict[str, Any]] = []
        self.failures: list[str] = []
        self.machine = machine(coffer)
        self.options = options
        for name, value in self.machine.items():
            print(f"{name:<14}{value}")

    def show(self, title: str, series: list[Series], goals: list[Goal], unit: str = "s") -> None:
        factor = 1000 if unit == "ms" else 1
        print(f"\n{title}")
        print(f"    {'':<40}{'best ' + unit:>10}{'median ' + unit:>12}{'CPU ' + unit:>10}"
              f"{'peak MiB':>10}")
        for one in series:
            peak = f"{one.peak / 2**20:.1f}" if one.peak else ""
            print(f"    {one.name:<40}{one.best() * factor:>10.3f}{one.median() * factor:>12.3f}"
                  f"{one.best('cpu') * factor:>10.3f}{peak:>10}{'  ' + one.note if one.note else ''}")
        for goal in goals:
            print(f"  {goal.line}")
        self.goals += goals
        self.works.append({
            "title": title,
            "series": [{
                "name": one.name, "note": one.note, "wall": one.values("wall"),
                "cpu": one.values("cpu"), "peak_bytes": one.peak} for one in series],
            "goals": [vars(goal) | {"holds": goal.holds} for goal in goals]})

    def fail(self, group: str, reason: str) -> None:
        """A group whose programs did not work: nothing else of it is measured."""
        self.failures.append(f"MISS  {group} could not be measured: {reason}")
        print(f"\n  {self.failures[-1]}")

    def conclude(self, path: Optional[str]) -> int:
        missed = [goal for goal in self.goals if not goal.holds]
        print(f"\n{len(self.goals) - len(missed)} of {len(self.goals)} goals hold")
        for goal in self.goals:
            print(f"  {goal.line}")
        for line in self.failures:
            print(f"  {line}")
        if path:
            Path(path).write_text(json.dumps(
                {"machine": self.machine, "options": self.options, "works": self.works,
                 "failures": self.failures},
                indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"figures: {path}")
        return 1 if missed or self.failures else 0


def first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().split("\n")[0]


def cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def version_of(coffer: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run([coffer, "version", "--json"], capture_output=True, text=True,
                          env=os.environ | environment, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {}


def engine_in_use(coffer: str, environment: dict[str, str]) -> str:
    return version_of(coffer, environment).get("aes_engine", "?")


def machine(coffer: str) -> dict[str, str]:
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    vector = [name for name in ("aes", "vaes", "avx2", "avx512f") if f" {name} " in flags]
    version = version_of(coffer, {})
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "CPU": f"{cpu_name()}, {len(os.sched_getaffinity(0))} cores, {' '.join(vector)}",
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "coffer": f"{version.get('version', '?')} ({version.get('commit', '?')})",
        "AES engine": version.get("aes_engine", "?"),
        "age": first_line("age", "--version"),
        "zstd": first_line("zstd", "--version").strip("* "),
        "openssl": first_line("openssl", "version"),
        "gpg": first_line("gpg", "--version"),
        "load": " ".join(f"{value:.2f}" for value in os.getloadavg()),
    }
