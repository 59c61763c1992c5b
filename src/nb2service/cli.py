"""The command `nb2service`: generation without Cookiecutter's traceback, and with checked answers."""

import argparse
import difflib
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from nb2service import places
from nb2service.errors import Nb2serviceError
from nb2service.look import look
from nb2service.version import version


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    arguments = _parsed(argv)
    try:
        return int(arguments.command(arguments))
    except Nb2serviceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the parsed command line; exits with 2 where it is wrong.

    argparse takes no more positional arguments once an option stood between them, so answers behind
    `-o FOLDER` are what it leaves over.
    """
    parser = _parser()
    arguments, left = parser.parse_known_args(argv)
    if left and (not hasattr(arguments, "answers") or any(one.startswith("-") for one in left)):
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    if left:
        arguments.answers += left
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nb2service",
        description="Mark one cell of a notebook with `#| predict`, get a Flask service.",
    )
    parser.add_argument("--version", action="version", version=version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("new", help="generate the service of a notebook")
    command.add_argument("notebook", help="the notebook, an .ipynb file")
    command.add_argument(
        "answers", nargs="*", metavar="KEY=VALUE", help="answers to the template's questions"
    )
    command.add_argument(
        "-o", "--output-dir", default=".", help="where the service's folder goes (default: here)"
    )
    command.set_defaults(command=lambda given: new(given.notebook, given.answers, given.output_dir))
    command = commands.add_parser(
        "check", help="say what would come along and what would go wrong, without running anything"
    )
    command.add_argument("notebook", help="the notebook, an .ipynb file")
    command.add_argument("--json", action="store_true", help="print it for machines")
    command.add_argument("--strict", action="store_true", help="let warnings fail it too")
    command.set_defaults(command=lambda given: _check(given.notebook, given.json, given.strict))
    command = commands.add_parser("diff", help="say what changed between two contracts")
    command.add_argument("old", help="the folder of a generated service, or a contract.json")
    command.add_argument("new", help="another one")
    command.add_argument("--json", action="store_true", help="print it for machines")
    command.set_defaults(command=lambda given: _diff(given.old, given.new, given.json))
    command = commands.add_parser("sync", help="let a service follow its notebook")
    command.add_argument(
        "words",
        nargs="*",
        metavar="SERVICE|KEY=VALUE",
        help="the folder of the service (default: here), and answers that are others now",
    )
    command.add_argument(
        "--check", action="store_true", help="only say whether it is behind; run and write nothing"
    )
    command.add_argument("--dry-run", action="store_true", help="write nothing")
    command.add_argument("--force", action="store_true", help="overwrite edits of model/")
    command.add_argument(
        "--accept-breaking", action="store_true", help="write what clients will notice, too"
    )
    command.set_defaults(command=_sync)
    return parser


def _sync(given: argparse.Namespace) -> int:
    """Run `nb2service sync`; return the exit status."""
    from nb2service.sync_command import sync

    return sync(given)


def _diff(old: str, new: str, as_json: bool) -> int:
    """Print what changed; return 0 if nothing did, 1 if something did, 2 if one cannot be read."""
    from nb2service.comparing.compare import compare, shown
    from nb2service.comparing.read import read_contract

    try:
        changes = compare(*(read_contract(Path(path).expanduser()) for path in (old, new)))
    except Nb2serviceError as error:
        print(error, file=sys.stderr)
        return 2
    print(shown(changes, as_json=as_json))
    return int(bool(changes))


def _check(notebook: str, as_json: bool, strict: bool) -> int:
    """Print what a look at the notebook tells; return the exit status."""
    from nb2service.check_card import print_check
    from nb2service.checking.check import check, report

    checked = check(Path(notebook).expanduser().absolute())
    print_check(report(checked), as_json=as_json)
    return int(checked.failed(strict=strict))


def new(notebook: str, answers: Sequence[str], output_dir: str) -> int:
    """Generate the service of `notebook`, without a question; return the exit status.

    Raises:
        Nb2serviceError: an answer is to no question, or the notebook cannot be served.
    """
    from cookiecutter.exceptions import (
        CookiecutterException,
        FailedHookException,
        OutputDirExistsException,
    )
    from cookiecutter.main import cookiecutter

    context = {"notebook": str(Path(notebook).expanduser().absolute()), **_answers(answers)}
    look(Path(context["notebook"]))
    # Cookiecutter logs the traceback of a failing hook; the hook itself has said what is wrong.
    logging.getLogger("cookiecutter").addHandler(logging.NullHandler())
    logging.getLogger("cookiecutter").propagate = False
    try:
        cookiecutter(
            str(places.root()),
            no_input=True,
            extra_context={key: _verbatim(value) for key, value in context.items()},
            output_dir=output_dir,
        )
    except OutputDirExistsException as error:
        folder = str(error).split('"')[1] if '"' in str(error) else str(error)
        raise Nb2serviceError(
            folder, "is there already", "Give another name: project_slug=NAME"
        ) from None
    except FailedHookException:
        return 1
    except CookiecutterException as error:
        raise Nb2serviceError(
            "cookiecutter", f"{type(error).__name__}: {error}".rstrip(". "), "Look at the answers."
        ) from None
    return 0


def _answers(pairs: Sequence[str]) -> dict[str, str]:
    questions = json.loads((places.root() / "cookiecutter.json").read_text(encoding="utf-8"))
    known = [key for key in questions if not key.startswith("_") and key != "notebook"]
    answers = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            remedy = f"Did you mean {close[0]}=…?" if close else f"Known: {', '.join(known)}."
            raise Nb2serviceError(pair, "is no answer to a question of the template", remedy)
        answers[key] = value
    return answers


def _verbatim(value: str) -> str:
    """An answer that Cookiecutter's Jinja renders to itself, whatever braces it holds."""
    if not any(mark in value for mark in ("{{", "{%", "{#")):
        return value
    return "{{ " + json.dumps(value) + " }}"


if __name__ == "__main__":
    sys.exit(main())
