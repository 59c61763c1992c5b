"""Answer records that were recorded earlier with an extraction of now, and compare: a script.

It runs in the kernel's Python, reads its job from standard input and writes what it found to standard
output, both in JSON. It uses the standard library, those modules of the service that need no Flask, and
the extracted `model`.
"""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path


def main():
    """Serve one job."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the notebook's code prints must not mix with what is told
    job = json.loads(sys.stdin.read())
    sys.path[:] = [job["project"], job["service"], *sys.path[1:]]
    from service.compare import same_answer
    from service.contract import read_contract
    from service.recorded_clock import recorded_clock
    from service.records.inputs import answer_records

    model = Path(job["project"], "model")
    contract = read_contract(model / "contract.json")
    predict = getattr(importlib.import_module("model.predict"), contract.function)
    asked, changed, refused = 0, [], []
    with recorded_clock(contract.clock, model):
        for call in json.loads(Path(job["calls"]).read_text(encoding="utf-8")):
            asked += len(call["records"])
            for records, answers in _parts(predict, contract, call, answer_records):
                if isinstance(answers, Exception):
                    refused.append(f"{type(answers).__name__}: {answers}"[:200])
                    continue
                for record, old, new in zip(*records, answers, strict=True):
                    if not same_answer(new, old):
                        changed.append({"record": record, "old": old, "new": new})
    json.dump({"asked": asked, "changed": changed, "refused": refused}, told)
    told.close()


def _parts(predict, contract, call, answer_records):
    """Give the records of a call with their old and new answers; apart where together they fail."""
    records = call["records"]
    with contextlib.suppress(Exception):
        yield (records, call["answers"]), answer_records(predict, contract, records)
        return
    for record, answer in zip(records, call["answers"], strict=True):
        try:
            new = answer_records(predict, contract, [record])
        except Exception as error:
            new = error
        yield ([record], [answer]), new


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
