"""Secrets in constants that would come along: into the service's code, and into its repository.

What is found is never shown, only where it stands and what it is called.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

from nb2service.checking.calls import strings
from nb2service.checking.findings import Finding, Severity, at
from nb2service.checking.survey import Part, Survey

NAME = "secret"
# What providers' keys begin with, or private keys and addresses with a password hold.
_KNOWN = re.compile(
    r"\b(?:sk-[\w-]{16,}|(?:sk|rk|pk)_(?:live|test)_\w{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|"
    r"glpat-[\w-]{15,}|hf_\w{20,}|xox[abposr]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|"
    r"ya29\.[\w-]{20,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+|SG\.[\w-]{16,}\.[\w-]{16,}|"
    r"npm_\w{30,}|dapi[a-f0-9]{30,})|-----BEGIN [A-Z ]*PRIVATE KEY|"
    r"\b[a-z][\w+]*://[^\s:/@]+:(?P<password>[^\s/@{}]+)@"
)
_CALLED = re.compile(
    r"(?:^|_)(?:api_?key|apikey|secret(?:_?key)?|access_?key(?:_id)?|private_?key|auth_?key|"
    r"(?:access|api|auth|bearer|refresh|secret|hf|github|slack|bot)_?token|token|password|passwd|passwort|"
    r"pwd|passphrase|credentials?|connection_?string|conn_?str|authorization)$",
    re.IGNORECASE,
)
# A word of text processing before it is one of secrets: `token = "[SEP]"`, `"<pad>"`.
_LOOSE = frozenset({"token", "credential", "credentials", "pwd", "authorization"})
_PLACEHOLDER = re.compile(
    r"^$|^<.*>$|^\[.*\]$|^\{.*\}$|^\$|^[x*.#-]+$|your|example|change.?me|placeholder|dummy|secret$|"
    r"^(?:none|null|test|todo|password|token|api.?key)$|\.\.\.",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?:[A-Za-z0-9+/_=-]{20,200}|[0-9a-f]{32,128})")
_REMEDY = (
    'Take it out of the notebook and read it where the service starts: os.environ["NAME"] in a cell marked '
    "`setup`. It is in the file's history: renew it."
)
# Bits for each sign: English and names of columns stay below it, keys of random signs do not.
_ENTROPY = 4.3
_ENTROPY_HEX = 3.3


def find(survey: Survey) -> Iterator[Finding]:
    """Find secrets in the constants of what is served and of what makes it."""
    for part in (*survey.served, *survey.making):
        named = names_of_strings(part.statement.node)
        for text in strings(part.node):
            found = judge(str(text.value), named.get(id(text), ""))
            if found:
                severity, what = found
                yield _finding(survey, part, text, severity, what)


def judge(text: str, name: str) -> tuple[Severity, str] | None:
    """Say how sure it is that a text is a secret, and why; None if it does not look like one."""
    known = _KNOWN.search(text)
    if known and not (known["password"] and _PLACEHOLDER.search(known["password"])):
        return "error", "has the form of a key, or holds a password"
    if _PLACEHOLDER.search(text):
        return None
    called = _CALLED.search(name)
    if called and called[0].strip("_").lower() in _LOOSE:
        called = called if _is_mixed(text) and len(text) >= 12 else None
    if called and len(text) >= 4 and " " not in text.removeprefix("Bearer ").removeprefix("Basic "):
        return "error", "is called like a secret"
    if _RANDOM.fullmatch(text) and _is_mixed(text) and _is_random(text):
        return "warning", "looks as random as a key"
    return None


def names_of_strings(node: ast.AST) -> dict[int, str]:
    """What each string is called: by the name, the key or the argument that it is given to."""
    found: dict[int, str] = {}
    for part in ast.walk(node):
        match part:
            case ast.Assign(targets=[target, *_], value=value):
                found[id(value)] = _last_name(target)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found[id(value)] = _last_name(target)
            case ast.keyword(arg=str(name), value=value):
                found[id(value)] = name
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant):
                        found[id(value)] = str(key.value).replace("-", "_")
            case ast.arguments(args=args, defaults=defaults) if defaults:
                for argument, value in zip(args[-len(defaults) :], defaults, strict=True):
                    found[id(value)] = argument.arg
    return found


def _last_name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _is_mixed(text: str) -> bool:
    return bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text))


def _is_random(text: str) -> bool:
    counted = Counter(text).values()
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counted)
    is_hex = re.fullmatch(r"[0-9a-f]+", text)
    switches = len(re.findall(r"[a-z][A-Z0-9]|[A-Z][0-9]|[0-9][A-Za-z]", text))
    return bits > (_ENTROPY_HEX if is_hex else _ENTROPY) and switches >= len(text) / 8


def _finding(
    survey: Survey, part: Part, text: ast.Constant, severity: Severity, what: str
) -> Finding:
    where = "comes along in the code of the service"
    if part.when == "notebook":
        severity, where = "warning", "may come along inside of what is saved"
    bound = next(iter(sorted(part.statement.binds)), "")
    subject = f"a text of `{bound}`" if bound else "a text"
    fact = f"{subject} {what}, and {where} ({len(str(text.value))} signs, not shown)"
    return at(NAME, severity, survey.notebook, part.statement, text.lineno, fact, _REMEDY)
