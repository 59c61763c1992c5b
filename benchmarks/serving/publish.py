"""Write the table and the picture of the results: `python benchmarks/serving/publish.py [results.json]`."""

import json
import sys
from pathlib import Path

from plot import svg
from results import table

ROOT = Path(__file__).resolve().parents[2]
PAGE, PICTURE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "img" / "benchmarks.svg"
MARK = "<!-- below: written by benchmarks/serving/publish.py -->"


def main() -> None:
    """Replace what stands below the mark, and the picture."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "results.json"
    found = json.loads(given.read_text())
    head = PAGE.read_text().partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{table(found)}")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(svg(found))


if __name__ == "__main__":
    main()
