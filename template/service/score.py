"""Score: answer the rows of a file without a server; `python -m service.score IN OUT`."""

import argparse
import gc
import sys
from collections.abc import Sequence

from service.contract import ContractError, read_contract
from service.predictor import Predictor
from service.scoring.answers import Scorer
from service.scoring.run import Job, Run, Stopped
from service.scoring.tables import TableError
from service.start_checks import StartError, check_versions


def main(argv: Sequence[str] | None = None) -> int:
    """Score a table; return the exit status: 0 done, 1 faulty rows or no table, 130 interrupted."""
    given = _parser().parse_args(argv)
    ids = [name for name in given.ids.split(",") if name]
    job = Job(given.source, given.target, given.format, given.on_error, ids, given.chunk)
    try:
        contract = read_contract()
        check_versions(contract.python, contract.packages)
        predictor = Predictor(contract)
        predictor.start()
        gc.freeze()  # what is loaded stays: the collector need not look at it with each chunk
        Run(job, Scorer(predictor, job.chunk), contract).go()
    except (ContractError, StartError, TableError, OSError) as error:
        print(f"cannot score: {error}", file=sys.stderr)
        return 1
    except Stopped as why:
        print(f"{why}\nMend it and go on, or give --on-error skip or column.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m service.score",
        description="Answer the rows of a table with the notebook's predict, without a server.",
    )
    add = parser.add_argument
    add("source", metavar="IN", help=".csv, .jsonl or .parquet; - is standard input")
    add("target", metavar="OUT", help="the same; - is standard output")
    add(
        "--on-error",
        choices=("fail", "skip", "column"),
        default="fail",
        help="a faulty row ends the run (default), is left out, or has its fault in a column; its "
        "faults go to OUT.faults.jsonl",
    )
    add("--ids", default="", metavar="A,B", help="fields that answers carry along")
    add("--format", choices=("csv", "jsonl"), default="", help="where no suffix says")
    add("--chunk", type=int, default=5000, help="rows in memory at once (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
