"""Medians, ratios and their spread, as text, and as a table of Markdown."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

OURS = "nb2service"


def values(
    found: Mapping[str, Any], work: str, peer: str, read: Callable[[Any], float]
) -> list[float]:
    """A figure of all rounds."""
    return [read(run) for run in found["runs"] if (run["work"], run["peer"]) == (work, peer)]


def peers_of(found: Mapping[str, Any], work: str) -> list[str]:
    """The peers that were measured on a work, ours first."""
    names = dict.fromkeys(run["peer"] for run in found["runs"] if run["work"] == work)
    return sorted(names, key=lambda name: (name != OURS, "constant" in name, name))


def rate(name: str) -> Callable[[Any], float]:
    """Reads rows a second of a load."""
    return lambda run: run["loads"][name]["rows"] / run["loads"][name]["seconds"]


def milliseconds(name: str, which: str) -> Callable[[Any], float]:
    """Reads a percentile of a load."""
    return lambda run: run["loads"][name][which]


def ratio(found: Mapping[str, Any], work: str, name: str) -> tuple[float, str, float, float] | None:
    """Ours against the best peer at a load: the ratio of medians, that peer, lowest, highest."""
    others = [p for p in peers_of(found, work) if p != OURS and "constant" not in p]
    mine = values(found, work, OURS, rate(name))
    if not others or not mine:
        return None
    best = max(others, key=lambda p: statistics.median(values(found, work, p, rate(name))))
    theirs = values(found, work, best, rate(name))
    if not min(theirs):
        return None  # not one request was answered in the time
    ours_of, theirs_of = _by_round(found, work, OURS, name), _by_round(found, work, best, name)
    by_round = [ours_of[n] / theirs_of[n] for n in ours_of.keys() & theirs_of.keys()]
    return statistics.median(mine) / statistics.median(theirs), best, min(by_round), max(by_round)


def _by_round(found: Mapping[str, Any], work: str, peer: str, name: str) -> dict[int, float]:
    runs = [run for run in found["runs"] if (run["work"], run["peer"]) == (work, peer)]
    return {run["round"]: rate(name)(run) for run in runs}


def table(found: Mapping[str, Any]) -> str:
    """All results as Markdown."""
    about = found["about"]
    lines = [
        f"Measured on {about['date']}, {about['machine']}, Python {about['python']}, {about['load']}; "
        f"medians of {about['rounds']} rounds of {about['seconds']:g} s, lowest to highest in brackets; "
        f"peers took turns. {about.get('note', '')}".rstrip(),
    ]
    if about.get("peers"):
        libraries = ", ".join(f"{name} {version}" for name, version in about["libraries"].items())
        peers = "; ".join(dict.fromkeys(about["peers"].values()))
        lines += ["", f"Versions: {libraries} for all; {peers}."]
    for work, words in about["works"].items():
        lines += ["", f"### {work}: {words}", "", *_of_work(found, work)]
    if found["memory"]:
        lines += ["", "### Memory", "", *_memory(found)]
    if found["failed"]:
        lines += [
            "",
            "Not measured: "
            + "; ".join(f"{n}: {t.splitlines()[0][:120]}" for n, t in found["failed"].items()),
        ]
    return "\n".join(lines) + "\n"


def _of_work(found: Mapping[str, Any], work: str) -> list[str]:
    loads = list(
        dict.fromkeys(name for run in found["runs"] if run["work"] == work for name in run["loads"])
    )
    single = [name for name in loads if name.startswith("c")]
    bodies = [name for name in loads if name.startswith("r")]
    head = [f"{name[1:]} connection{'s' if name != 'c1' else ''}: requests/s" for name in single]
    head += [f"p50 · p99 at {name[1:]} (ms)" for name in single]
    head += [f"{int(name[1:]):,} records: rows/s" for name in bodies] + ["first answer after (s)"]
    lines = ["| | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    for peer in peers_of(found, work):
        cells = [_spread(values(found, work, peer, rate(name))) for name in single]
        for name in single:
            p50 = statistics.median(values(found, work, peer, milliseconds(name, "p50")))
            p99 = statistics.median(values(found, work, peer, milliseconds(name, "p99")))
            cells.append(f"{p50:.3g} · {p99:.3g}")
        cells += [_spread(values(found, work, peer, rate(name))) for name in bodies]
        cells.append(f"{statistics.median(values(found, work, peer, lambda run: run['cold'])):.1f}")
        lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    best = [(name, ratio(found, work, name)) for name in loads]
    told = [f"{name}: {r[0]:.2f} ({r[2]:.2f} to {r[3]:.2f}) of {r[1]}" for name, r in best if r]
    if told:
        lines += ["", "Ours against the best peer: " + "; ".join(told) + "."]
    return lines


def _spread(numbers: Sequence[float]) -> str:
    if not numbers or not max(numbers):
        return "-"
    middle = f"{statistics.median(numbers):,.0f}"
    return middle if len(numbers) == 1 else f"{middle} ({min(numbers):,.0f} to {max(numbers):,.0f})"


def _memory(found: Mapping[str, Any]) -> list[str]:
    lines = [
        "| PSS of all processes (MB) | 1 worker | 2 workers | 4 workers |",
        "|---|---|---|---|",
    ]
    for work, peer in dict.fromkeys((one["work"], one["peer"]) for one in found["memory"]):
        of = {
            o["workers"]: o["pss"]
            for o in found["memory"]
            if (o["work"], o["peer"]) == (work, peer)
        }
        lines.append(
            f"| {work}, {peer} | "
            + " | ".join(f"{of[n]:.0f}" if n in of else "-" for n in (1, 2, 4))
            + " |"
        )
    return lines
