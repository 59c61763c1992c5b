"""Write: the folder `model/`, whole, from what was captured and inferred."""

import ast
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.closure.modules import copy
from nb2service.contract.schemas import Schema
from nb2service.extraction import Extraction
from nb2service.notebook.statements import Scope
from nb2service.version import version
from nb2service.writing.source import predict_source

_EXAMPLES = 3
_ALLOWED = '''\
"""What the artifacts look up when they are opened, as extraction saw it; see unpickling.py."""
'''


def write_model(scope: Scope, extraction: Extraction, folder: Path, artifacts: Path) -> None:
    """Write everything of `model/` but what needs the proof: the requirements and the checksums.

    Args:
        scope: the notebook's statements.
        extraction: what was taken.
        folder: the folder to write; it must not exist.
        artifacts: the folder in which the kernel saved the artifacts.
    """
    folder.mkdir(parents=True)
    for name in ("__init__.py", "loading.py", "threads.py", "unpickling.py"):
        shutil.copyfile(places.template() / "model" / name, folder / name)
    write_allowed(folder, None)  # the proof sees what they look up
    used = sorted({i.artifact.format for i in extraction.artifacts if i.artifact})
    if used:
        (folder / "formats").mkdir()
        init = places.template() / "model" / "formats" / "__init__.py"
        shutil.copyfile(init, folder / "formats" / "__init__.py")
        for form in used:
            shutil.copyfile(places.FORMATS / f"{form}.py", folder / "formats" / f"{form}.py")
        (folder / "artifacts").mkdir()
        for item in extraction.artifacts:
            assert item.artifact is not None
            shutil.copyfile(
                artifacts / item.artifact.file, folder / "artifacts" / item.artifact.file
            )
    if (artifacts / "files").is_dir():
        shutil.copytree(artifacts / "files", folder / "files")
    copy(extraction.modules, folder / "modules")
    source = predict_source(scope, extraction)
    (folder / "predict.py").write_text(source, encoding="utf-8")
    write_calls(extraction, folder)


def write_dropins(folder: Path, taken: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Copy the drop-ins that artifacts have into `model/`, with what all of them use."""
    kinds = sorted({entry["kind"] for entries in taken.values() for entry in entries})
    if not kinds:
        return
    (folder / "dropins" / "kinds").mkdir(parents=True)
    common = [path.name for path in places.DROPINS.glob("*.py")]
    for name in (*common, "kinds/__init__.py", *(f"kinds/{kind}.py" for kind in kinds)):
        shutil.copyfile(places.DROPINS / name, folder / "dropins" / name)


def write_calls(extraction: Extraction, folder: Path) -> None:
    """Write `calls.json`, the recorded calls, and `drawn.json`, the random ones, into `model/`."""
    calls = [
        {"records": c.records, "answers": _named(extraction, c.answers), "many": c.many}
        for c in extraction.inference.calls
    ]
    (folder / "calls.json").write_text(_lines(calls), encoding="utf-8")
    if extraction.drawn:
        (folder / "drawn.json").write_text(_lines(extraction.drawn), encoding="utf-8")


def contract_of(extraction: Extraction) -> dict[str, Any]:
    """The contract, as JSON-able data; nothing in it depends on the time or the machine."""
    inference, mark = extraction.inference, extraction.mark
    pairs = [
        {"record": record, "answer": answer}
        for call in inference.calls
        for record, answer in zip(call.records, _named(extraction, call.answers), strict=True)
    ]
    examples: list[dict[str, Any]] = []
    for pair in pairs:
        if pair["record"] not in [e["record"] for e in examples]:
            examples.append(pair)
        if len(examples) == _EXAMPLES:
            break
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": extraction.notebook.path.stem,
        "$defs": {"record": inference.record, "answer": _answer(extraction)},
        "predict": {
            "function": extraction.served,
            "input": inference.input,
            **_wanted(extraction),
            "answer_name": mark.answer_name or "prediction",
            "answer": inference.answers_are,
            "whole": inference.whole,
            "rowwise": True,
            **({"clock": dict(extraction.moment)} if extraction.moment else {}),
            **({"guards": list(extraction.guards)} if extraction.guards else {}),
        },
        **({"contract_version": reads} if (reads := places.contract_version()) > 1 else {}),
        "model_version": extraction.model_version,
        "artifacts": {
            item.artifact.file: {
                "format": item.artifact.format,
                "type": item.artifact.type,
                "bytes": item.artifact.bytes,
                "sha256": item.artifact.sha256,
                "state": dict(item.artifact.state),
            }
            for item in extraction.artifacts
            if item.artifact
        },
        "parameters": _parameters(extraction),
        "imports": [],
        "examples": examples,
        "provenance": {
            "notebook": extraction.notebook.name,
            "notebook_sha256": extraction.notebook.sha256,
            **_modules(extraction),
            "cell": mark.cell.number,
            "generator": f"nb2service {version()}",
            "python": extraction.python,
            "packages": {},
        },
    }


def _modules(extraction: Extraction) -> dict[str, Any]:
    """The checksums of the user's own modules that come along, by their names."""
    sums = {m.name: hashlib.sha256(m.file.read_bytes()).hexdigest() for m in extraction.modules}
    return {"modules": dict(sorted(sums.items()))} if sums else {}


def _parameters(extraction: Extraction) -> dict[str, Any]:
    """The environment variables that the extracted code reads, with their defaults."""
    found = {}
    for name, item in sorted(extraction.items.items()):
        if item.becomes == "parameter":
            call = ast.parse(item.source.partition(" = ")[2], mode="eval").body
            assert isinstance(call, ast.Call)
            default = ast.literal_eval(call.args[1])
            found[name] = {"type": type(default).__name__, "default": default}
    return found


def _wanted(extraction: Extraction) -> dict[str, Any]:
    """How predict wants its input, beyond its kind; only what is not the obvious."""
    inference = extraction.inference
    if extraction.record_class:
        return {}
    wanted: dict[str, Any] = {}
    if inference.parameter and extraction.bound:
        wanted["parameter"] = inference.parameter
    if inference.container:
        wanted |= {"container": inference.container, "dtype": inference.dtype}
    if inference.input == "rows":
        one = list(inference.record["properties"]) == [inference.parameter]
        wanted["row"] = "value" if one else "items" if inference.of_items else "fields"
    if extraction.classes:
        wanted["classes"] = list(extraction.classes)
    return wanted


def _answer(extraction: Extraction) -> Schema:
    """The schema of an answer, its columns under the names of the classes where these are known."""
    answer, names = extraction.inference.answer, [str(name) for name in extraction.classes]
    if not names:
        return answer
    return {
        "type": "object",
        "properties": dict.fromkeys(names, answer["items"]),
        "required": names,
    }


def _named(extraction: Extraction, answers: Sequence[Any]) -> list[Any]:
    """The answers, their columns under the names of the classes where these are known."""
    classes = extraction.classes
    return [dict(zip(classes, a, strict=True)) for a in answers] if classes else list(answers)


def write_allowed(folder: Path, names: Sequence[str] | None) -> None:
    """Write `allowed.py` into the folder `model/`: what the artifacts may look up; None is all."""
    told = "None"
    if names is not None:
        listed = "".join(f"    {json.dumps(name)},\n" for name in names)
        told = f"frozenset((\n{listed}))"
    text = f"{_ALLOWED}\nGLOBALS: frozenset[str] | None = {told}\n"
    (folder / "allowed.py").write_text(text, encoding="utf-8")


def write_contract(folder: Path, contract: Mapping[str, Any]) -> None:
    """Write `contract.json` into the folder `model/`."""
    text = json.dumps(contract, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "contract.json").write_text(text + "\n", encoding="utf-8")


def write_report(folder: Path, report: Mapping[str, Any]) -> None:
    """Write `report.json` into the folder `model/`."""
    text = json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")


def write_checksums(folder: Path) -> None:
    """Write `SHA256SUMS` over every other file of the folder `model/`, as `sha256sum` would."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != "SHA256SUMS" and "__pycache__" not in path.parts:
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _lines(calls: Sequence[Mapping[str, Any]]) -> str:
    """JSON with one call a line: readable in a diff, and not ten thousand lines long."""
    inner = ",\n".join(json.dumps(call, ensure_ascii=False, allow_nan=False) for call in calls)
    return f"[\n{inner}\n]\n"
