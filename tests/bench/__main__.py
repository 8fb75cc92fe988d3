"""The benchmark: python -m tests.bench [--rounds N] [part ...]. Ends with 1 where something failed."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence

from tests.bench import parts, report
from tests.bench.frame import Finding
from tests.bench.rounds import RIVALS, ROOT, Runner, play

PAGE = ROOT / "docs" / "benchmark.md"
PICTURE = ROOT / "docs" / "images" / "benchmark.svg"
ROUNDS = 5


def main() -> int:
    asked = _asked()
    runner, findings = Runner(asked.scale), list[Finding]()
    try:
        for name in asked.parts or parts.PARTS:
            findings += play(parts.load(name), asked.rounds, runner, _say)
    finally:
        runner.close()
    report.show(findings)
    if not asked.parts:
        PAGE.write_text(report.markdown(findings, asked.rounds), encoding="utf-8")
        _draw(findings)
    return int(any(one.trouble for one in findings))


def _asked() -> argparse.Namespace:
    """Rounds, scale and parts, none for all of them."""
    asks = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asks.add_argument("parts", nargs="*", metavar="part", help=", ".join(parts.PARTS))
    asks.add_argument("--rounds", type=int, default=ROUNDS)
    asks.add_argument("--scale", type=float, default=1.0, help="of the number of people, below 1 for a try")
    found = asks.parse_args()
    unknown = set(found.parts) - parts.PARTS.keys()
    if unknown:
        asks.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts.PARTS)}")
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _draw(findings: Sequence[Finding]) -> None:
    """In the rivals' environment, which has what draws."""
    shown = json.dumps([found for one in findings if (found := _shown(one)) is not None])
    PICTURE.parent.mkdir(exist_ok=True)
    subprocess.run([RIVALS, "-m", "tests.bench.picture", shown, PICTURE], cwd=ROOT, check=True)


def _shown(one: Finding) -> dict[str, object] | None:
    """A figure as the picture takes it; `share` is 1 at the goal and more beyond it."""
    figure = one.figure
    if one.trouble or one.is_met is None:
        return None
    share = one.median / figure.most if figure.most else (figure.least or 0) / max(one.median, 1e-9)
    return {
        "name": f"{figure.name.split()[0]} {figure.short}".strip(),
        "found": f"{report.number(one.median)}{figure.unit}",
        "goal": report.goal(figure),
        "share": share,
        "met": one.is_met,
    }


if __name__ == "__main__":
    sys.exit(main())
