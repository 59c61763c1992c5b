"""The real prover process, on extractions of a few lines."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from nb2service.proving.prove import Finding, Proof, ProofError, Prover, Requirements
from nb2service.running.kernels import Kernel
from support import write_extraction

KERNEL = Kernel("this one", (sys.executable,), {"COLOUR_OF_KERNEL": "red"}, "for a test")

Prove = Callable[..., tuple[Requirements, Proof]]


@pytest.fixture
def prove(tmp_path: Path) -> Prove:
    """Write an extraction and prove it, in a process that sees `visible` and the modules."""

    def proven(
        code: str,
        calls: list[dict[str, Any]],
        modules: tuple[str, ...] = (),
        visible: tuple[str, ...] = (),
        unlike: list[dict[str, Any]] | None = None,
        **contract: Any,
    ) -> tuple[Requirements, Proof]:
        job = write_extraction(tmp_path, code, calls, **contract)
        with Prover(sys.executable, KERNEL, modules, visible) as process:
            requirements = process.load({**job, "imports": list(modules), "unlike": unlike or []})
            return requirements, process.prove()

    return proven


def one(record: dict[str, Any], answer: Any) -> dict[str, Any]:
    return {"records": [record], "answers": [answer], "many": False}


def test_alike(prove: Prove) -> None:
    requirements, proof = prove(
        "def predict(p):\n    return p['a'] * 2", [one({"a": 1}, 2), one({"a": 0.5}, 1.0)]
    )
    assert proof.count("recorded") == proof.count("twice") == proof.count("json") == (2, 2)
    assert proof.count("again") == (3, 3)  # the first one once more, then all, backwards
    assert (proof.findings, proof.asked) == ((), ())
    assert requirements == Requirements({}, {}, (), ())


@pytest.mark.parametrize(
    ("code", "record", "answer", "failure"),
    [
        pytest.param(
            "def predict(p):\n    return p['a']",
            {"a": 1},
            2,
            "call 1: the notebook answered 2, the service 1",
            id="another answer",
        ),
        pytest.param(
            "def predict(p):\n    return 1 / p['a']",
            {"a": 0},
            2,
            "call 1 fails: ZeroDivisionError: division by zero",
            id="it fails",
        ),
        pytest.param(
            "def predict(p):\n    return 'x' * 99",
            {"a": 0},
            "y",
            'call 1: the notebook answered "y", the service "' + "x" * 56 + "...",
            id="a long answer is cut",
        ),
    ],
)
def test_failures(
    prove: Prove, code: str, record: dict[str, Any], answer: Any, failure: str
) -> None:
    _, proof = prove(code, [one(record, answer)])
    assert proof.failures == (failure,)
    assert proof.count("recorded") == (0, 1)


def test_a_second_answer_that_differs(prove: Prove) -> None:
    code = "seen = []\ndef predict(p):\n    seen.append(1)\n    return len(seen)"
    _, proof = prove(code, [one({"a": 1}, 1)])
    text = "call 1 is answered otherwise when it is repeated: 1, then 2"
    assert proof.findings == (Finding("twice", text),)
    assert (proof.failures, proof.rowwise, proof.stateful) == ((), True, True)
    assert proof.examples == (1,)  # from a fresh start, as in the service


def test_the_order_of_keys_means_nothing(prove: Prove) -> None:
    code = "def predict(p):\n    return list(p)"
    _, proof = prove(code, [one({"b": 1, "a": 2}, ["b", "a"])])
    assert (proof.count("order"), proof.findings) == ((1, 1), ())


def test_a_row_that_is_answered_otherwise_alone(prove: Prove) -> None:
    code = "def predict(df):\n    return df['a'] - df['a'].mean()"
    calls = [{"records": [{"a": 1.0}, {"a": 3.0}], "answers": [-1.0, 1.0], "many": True}]
    _, proof = prove(code, calls, ("pandas",), input="frame")
    assert proof.count("alone") == (0, 2)
    assert proof.findings == (
        Finding("alone", "call 1, row 1: 0.0, in the batch -1.0"),
        Finding("alone", "call 1, row 2: 0.0, in the batch 1.0"),
    )
    assert (proof.rowwise, proof.stateful) == (False, False)
    assert proof.examples == (0.0,)  # what a client gets who sends one record


def test_what_it_prints_does_not_mix_with_the_answers(prove: Prove) -> None:
    code = "import os, sys\nprint('hi')\n"
    code += "def predict(p):\n    print('{}')\n    os.write(1, b'x\\n')\n    return 1"
    _, proof = prove(code, [one({"a": 1}, 1)])
    assert proof.count("recorded") == (1, 1)


def test_it_has_the_kernel_s_environment(prove: Prove) -> None:
    code = "import os\ndef predict(p):\n    return os.environ['COLOUR_OF_KERNEL']"
    _, proof = prove(code, [one({"a": 1}, "red")])
    assert proof.count("recorded") == (1, 1)


def test_pins_are_what_it_imports_and_the_closure_what_that_needs(prove: Prove) -> None:
    code = "import jinja2\ndef predict(p):\n    return jinja2.Template('{{ a }}').render(p)"
    requirements, proof = prove(code, [one({"a": 1}, "1")], ("jinja2",))
    assert proof.count("recorded") == (1, 1)
    assert requirements.pins == {"jinja2": version("jinja2")}
    assert requirements.closure == {
        "jinja2": version("jinja2"),
        "markupsafe": version("markupsafe"),
    }
    assert requirements.imports == ("jinja2",)
    assert proof.unrequired == ()


def test_what_is_not_required_is_not_seen(prove: Prove) -> None:
    code = "try:\n    import msgspec\nexcept ImportError:\n    msgspec = None\n"
    code += "def predict(p):\n    return msgspec is None"
    _, proof = prove(code, [one({"a": 1}, True)])
    assert (proof.count("recorded"), proof.asked) == ((1, 1), ("msgspec",))


def test_what_is_seen_and_used_but_not_required_is_told(prove: Prove) -> None:
    code = "import msgspec\ndef predict(p):\n    return 1"
    requirements, proof = prove(code, [one({"a": 1}, 1)], visible=("msgspec",))
    assert proof.unrequired == ("msgspec",)
    assert requirements.pins == {}


def test_a_module_that_no_package_provides_is_unknown(tmp_path: Path) -> None:
    job = write_extraction(tmp_path, "import beside\ndef predict(p):\n    return 1", [])
    (tmp_path / "beside.py").write_text("")
    with Prover(sys.executable, KERNEL, (), ()) as process:
        assert process.load({**job, "imports": ["beside"]}).unknown == ("beside",)


def test_a_module_that_it_only_tries_is_not_required(tmp_path: Path) -> None:
    code = "try:\n    import no_such\nexcept ImportError:\n    no_such = 1\n"
    job = write_extraction(tmp_path, f"{code}def predict(p):\n    return no_such", [])
    with Prover(sys.executable, KERNEL, (), ()) as process:
        known = process.load({**job, "imports": ["no_such"], "tried": ["no_such"]})
    assert (known.unknown, known.imports) == ((), ())


@pytest.mark.parametrize(
    ("file", "told"),
    [
        pytest.param("beside/words.txt", True, id="beside the notebook"),
        pytest.param("stage/model/contract.json", False, id="its own"),
        pytest.param("beside/model/x.py", False, id="code, which is judged elsewhere"),
        pytest.param("other/words.txt", False, id="a temporary file"),
    ],
)
def test_files_that_it_opens(tmp_path: Path, file: str, told: bool) -> None:
    path = tmp_path / file
    code = (
        f"def predict(p):\n    with open({str(path)!r}) as f:\n        return bool(f.read() or 1)"
    )
    (tmp_path / "stage").mkdir()
    job = write_extraction(tmp_path / "stage", code, [one({"a": 1}, True)])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with Prover(sys.executable, KERNEL, (), ()) as process:
        process.load({**job, "folder": str(tmp_path / "beside")})
        assert process.prove().opened == ((str(path),) if told else ())


@pytest.mark.parametrize(
    ("code", "error", "asked"),
    [
        pytest.param("import msgspec", "No module named 'msgspec'", ("msgspec",), id="not seen"),
        pytest.param("lost", "NameError: name 'lost' is not defined", (), id="a name is lost"),
        pytest.param("def", "SyntaxError: invalid syntax", (), id="no Python"),
        pytest.param("import sys; sys.exit(3)", "SystemExit: 3", (), id="it leaves"),
        pytest.param("import os; os._exit(3)", "ended without a word", (), id="it dies"),
    ],
)
def test_code_that_does_not_run(
    tmp_path: Path, code: str, error: str, asked: tuple[str, ...]
) -> None:
    job = write_extraction(tmp_path, code, [])
    with Prover(sys.executable, KERNEL, (), ()) as process, pytest.raises(ProofError) as failed:
        process.load(job)
    assert error in failed.value.error
    assert failed.value.asked == asked


def test_an_interpreter_that_dies_at_once_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such library' >&2\nexit 1\n")
    broken.chmod(0o755)
    with Prover(str(broken), KERNEL, (), ()) as process, pytest.raises(ProofError) as failed:
        process.load({})
    assert "no such library" in failed.value.traceback


def test_it_leaves_no_bytecode(prove: Prove, tmp_path: Path) -> None:
    prove("def predict(p):\n    return 1", [one({"a": 1}, 1)])
    assert not list(tmp_path.rglob("__pycache__"))
    assert json.loads((tmp_path / "model" / "calls.json").read_text())


def test_what_it_never_reads(prove: Prove) -> None:
    code = "def predict(df):\n    return df['a']"
    calls = [{"records": [{"a": 1.0, "id": 3.0}], "answers": [1.0], "many": True}]
    _, proof = prove(code, calls, ("pandas",), input="frame")
    assert proof.unread == ("id",)


def test_what_only_drawn_records_read_is_read(prove: Prove) -> None:
    code = "def predict(p):\n    return p['b'] if p['a'] > 2 else 1.0"
    drawn = {**one({"a": 3, "b": 5.0, "c": 0}, 5.0), "drawn": True}
    _, proof = prove(code, [one({"a": 1, "b": 2.0, "c": 0}, 1.0), drawn])
    assert (proof.unread, proof.unreached) == (("c",), ())


def test_what_no_record_came_to_may_read_it(prove: Prove) -> None:
    code = "def predict(p):\n    if p['a'] > 2:\n        return p['b']\n    return 1.0"
    _, proof = prove(code, [one({"a": 1, "b": 2.0, "c": 0}, 1.0)])
    assert proof.unread == ("c",)
    assert proof.unreached == ({"line": 3, "text": "return p['b']"},)


def test_where_code_cannot_be_seen_nothing_is_unread(prove: Prove) -> None:
    hidden = "def hide(f):\n    return lambda p: f(p)\n\n@hide\ndef predict(p):\n    return p['a']"
    _, proof = prove(hidden, [one({"a": 1, "c": 0}, 1)])
    assert proof.unread == ()


def test_a_row_that_others_would_change(prove: Prove) -> None:
    code = "def predict(df):\n    return df['a'].fillna(df['a'].median()).fillna(-1)"
    call = {"records": [{"a": 1.0}, {"a": 5.0}], "answers": [1.0, 5.0], "many": True}
    null = {**one({"a": None}, -1.0), "drawn": True, "schema": {"a": {"type": ["number", "null"]}}}
    _, proof = prove(code, [call], ("pandas",), unlike=[null], input="frame")
    assert proof.rowwise
    assert proof.count("drawn") == (1, 1)
    assert proof.mixed == ("a row with a null is -1.0 alone, 3.0 among others",)


def test_a_null_that_the_notebook_answered_otherwise(prove: Prove) -> None:
    null = {**one({"a": None}, 7), "drawn": True, "schema": {"a": {"type": ["number", "null"]}}}
    _, proof = prove("def predict(p):\n    return p['a'] or 0", [one({"a": 1}, 1)], unlike=[null])
    assert (proof.failures, proof.nulls) == ((), ("a",))
    probes = ({"feature": "a", "kind": "null", "accepted": True}, {"feature": "a", "kind": "whole"})
    assert [p.get("accepted") for p in replace(proof, probes=probes).accepted()] == [False, None]


ORIGIN = "def predict(p):\n    {}\n    return {{'Earth': 1, 'Mars': 2}}[p['o']]"


@pytest.fixture
def probed(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """What the process tells of a predict that knows two planets, and does something before."""

    def told(before: str) -> dict[str, Any]:
        code = f"import os, time\n{ORIGIN.format(before)}"
        job = write_extraction(tmp_path, code, [one({"o": "Earth"}, 1)])
        file = tmp_path / "model" / "contract.json"
        contract = json.loads(file.read_text())
        contract["$defs"]["record"]["properties"] = {"o": {"type": "string"}}
        file.write_text(json.dumps(contract))
        with Prover(sys.executable, KERNEL, (), ()) as process:
            process.load(job)
            assert process.prove().failures == ()
            return process.probe({"o": ["Earth"]}, 1.0)

    return told


def test_after_the_proof_it_is_tried_what_predict_accepts(probed: Any) -> None:
    assert probed("pass") == {
        "probes": (
            {"feature": "o", "kind": "unknown", "accepted": False},
            {"feature": "o", "kind": "null", "accepted": False},
        ),
        "untried": 0,
    }


def test_a_crash_at_a_strange_value_ends_the_process_alone(probed: Any) -> None:
    assert probed("if p['o'] not in ('Earth', 'Mars'): os._exit(11)") == {}
