"""Remedies: what to do about a cell that fails, one small rule for each known cause.

A rule looks at the failure, at the notebook's source and at files that the failing lines name, and
answers with one or a few sentences, or with None if it knows nothing. The first answer counts, so the
rules stand in the order of how sure they are.
"""

import difflib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import Scope
from nb2service.notebook.syntax import syntax_remedy
from nb2service.running.distributions import distribution
from nb2service.running.failures import Failure, lines_of
from nb2service.running.pandas_three import silent_change
from nb2service.running.removed import PYTHON_2, replacement
from nb2service.running.tracebacks import COLOURS

_TOP_TO_BOTTOM = (
    "Make the notebook run from top to bottom (Restart & Run All), then try again. If it is right "
    "without this cell, put `#| ignore` on its first line."
)
_LFS = b"version https://git-lfs"
_STRING = re.compile(r"""(['"])(?P<text>[^'"\n]{2,200})\1""")
_MODULE = re.compile(r"No module named '([\w.]+)'")
_NAME = re.compile(r"name '(\w+)' is not defined|free variable '(\w+)'|local variable '(\w+)'")
_ERRNO = re.compile(
    r"No such file or directory:? '(.+?)'|File (\S+) does not exist|'(.+?)' not found"
)
_COLAB = re.compile(r"/content/|google\.colab|drive\.mount")
_KAGGLE = re.compile(r"/kaggle/|(?:\.\./)+input/|kaggle_secrets|kaggle_datasets")
_ELSEWHERE = re.compile(r"^(?:[A-Za-z]:[\\/]|/(?:Users|home|mnt|media|root|data)/|~/|\\\\)")
# What each of the HTTP libraries says where there is no network.
_NO_NETWORK = re.compile(
    r"URLError|gaierror|ConnectionError|ConnectError|ConnectTimeout|MaxRetryError|NewConnectionError|"
    r"NameResolutionError|ProxyError|RemoteDisconnected|ReadTimeout|name resolution|Name or service not "
    r"known|Network is unreachable|No route to host|Connection refused|couldn't connect to|"
    r"cannot find the requested files in the (?:local|disk) cache|nodename nor servname|"
    r"Could not resolve host|outgoing traffic has been disabled"
)
_OLD_PICKLE = re.compile(
    r"Can't get attribute '.+' on <module|incompatible dtype|unsupported pickle protocol|"
    r"No module named '(?:numpy\._core|numpy\.core\.\w+|pandas\.core\.\S+|pandas\.indexes\S*|"
    r"sklearn\.\S+)'|InconsistentVersionWarning|__randomstate_ctor|__bit_generator_ctor|"
    r"_unpickle_block|new_block\(\)|BitGenerator|invalid load key|pickle data was truncated|"
    r"STRING opcode|is not a known BitGenerator module|__setstate__|node array from the pickle"
)
_LOADS = re.compile(r"\bload\(|\bloads\(|read_pickle|load_model|joblib|pickle|allow_pickle")
_OWN_MODULES = re.compile(
    r"^(?:utils?|helpers?|helper_\w+|\w+_(?:utils?|helpers?|functions?|module)|config|settings|src|lib|"
    r"libs?|common|tools?|functions?|my\w+|modules?|preprocess\w*|processing|data_\w+|models?|"
    r"dataset|datasets?_\w+|features?|constants?|custom_?\w*|project_?\w*|scripts?|eval\w*|plot\w*|"
    r"visuali[sz]\w*|vis|train\w*|unittests?|w\dunittest|testCases\w*|\w+_tests?)$"
)


@dataclass(frozen=True)
class Trouble:
    """A failure and what a rule may look at.

    Attributes:
        failure: what failed.
        notebook: the notebook.
        scope: its statements.
        python: the kernel's interpreter.
    """

    failure: Failure
    notebook: Notebook
    scope: Scope
    python: Path

    @property
    def said(self) -> str:
        """The exception's name and text."""
        return f"{self.failure.error}: {COLOURS.sub('', self.failure.text)}"

    @property
    def statement(self) -> str:
        """The lines of the failing statement; the whole cell if the line is unknown."""
        line = self.failure.line
        for statement in self.scope.statements:
            first, last = lines_of(statement)
            in_cell = statement.cell.number == self.failure.cell.number
            if in_cell and line and first <= line <= last:
                return "\n".join(self.failure.cell.source.splitlines()[first - 1 : last])
        return self.failure.shown if line else self.failure.cell.source

    def files(self) -> Iterator[Path]:
        """The existing files that the notebook names up to the failure, the latest first."""
        before = [c.source for c in self.notebook.cells if c.number < self.failure.cell.number]
        for source in (self.statement, self.failure.cell.source, *reversed(before)):
            for found in _STRING.finditer(source):
                path = self.notebook.path.parent / found["text"]
                if len(found["text"]) > 2 and path.is_file():
                    yield path


Rule = Callable[[Trouble], str | None]


def remedy(trouble: Trouble) -> str:
    """Say what to do about a failure."""
    return next((answer for rule in RULES if (answer := rule(trouble))), _TOP_TO_BOTTOM)


def no_python(trouble: Trouble) -> str | None:
    """A cell that is not Python."""
    if trouble.failure.error not in ("SyntaxError", "IndentationError", "TabError"):
        return None
    lines = trouble.failure.cell.source.splitlines()
    line = trouble.failure.line or 0
    return syntax_remedy(trouble.failure.text, lines[line - 1] if 0 < line <= len(lines) else "")


def exercise_blank(trouble: Trouble) -> str | None:
    """A place that the reader of a course was to fill in: `____`, or `x = ...`."""
    code = re.sub(r"""(['"]).*?\1|#.*""", "", trouble.statement)
    blank = re.search(r"(?<!\w)_{2,}(?!\w)", code) or (
        "llipsis" in trouble.said and (re.search(r"\.\.\.", trouble.failure.cell.source) or True)
    )
    name = _NAME.search(trouble.said)
    if blank or (name and set(name[1] or "x") == {"_"}):
        return "The notebook has blanks to fill in (____ or ...): fill them in and run it in Jupyter first."
    return None


def colab(trouble: Trouble) -> str | None:
    """Something that only Google Colab has."""
    module = _MODULE.search(trouble.said)
    if module and module[1].startswith("google.colab"):
        return (
            "That module exists on Colab only: take its lines out, and read the files from a folder "
            "beside the notebook."
        )
    missing = _missing_file(trouble)
    if missing is not None and _COLAB.search(missing):
        return _other_place(trouble, missing, "a path on Colab")
    if not _is_module_error(trouble) and re.search(
        r"google\.colab|drive\.mount", trouble.statement
    ):
        return "That works on Colab only: take it out, and read the files from a folder here."
    return None


def kaggle(trouble: Trouble) -> str | None:
    """Something that only Kaggle has."""
    module = _MODULE.search(trouble.said)
    if module and module[1].startswith(("kaggle_", "learntools")):
        return "That module exists on Kaggle only: take its lines out."
    missing = _missing_file(trouble)
    if missing is not None and _KAGGLE.search(missing):
        return _other_place(trouble, missing, "a path on Kaggle")
    return None


def python_2(trouble: Trouble) -> str | None:
    """Code for Python 2."""
    if PYTHON_2.search(trouble.said) and not trouble.failure.text.startswith(
        "'dict' object has no attribute 'iteritems_"
    ):
        return (
            "That is Python 2. Translate the notebook once (2to3, or by hand: range, str, input, "
            "items(), urllib.request, pickle), and run it in Jupyter."
        )
    return None


def lfs_pointer(trouble: Trouble) -> str | None:
    """A file that Git LFS has left its pointer for."""
    for path in trouble.files():
        if _head(path, len(_LFS)) == _LFS:
            return (
                f"{path.name} is not the data but a Git LFS pointer to it: run git lfs pull in "
                f"{path.parent}."
            )
    return None


def no_network(trouble: Trouble) -> str | None:
    """No way out to the internet."""
    if re.search(r"HTTPError|HTTP Error \d{3}|HfHubHTTPError|status code \d{3}", trouble.said):
        return (
            "The address answers, but not with the data: it has moved, or wants a login. Download the "
            "file by hand and read it from beside the notebook."
        )
    if _NO_NETWORK.search(trouble.said):
        return (
            "The notebook loads something from the internet, which cannot be reached from here: download "
            "the file once and read it from beside the notebook, or generate where there is a network."
        )
    return None


def no_input(trouble: Trouble) -> str | None:
    """`input()`, `getpass()` or a debugger, which nobody can answer."""
    if trouble.failure.error == "StdinNotImplementedError":
        return "Nobody is there to answer it: assign the value in place of input(), and take debuggers out."
    return None


def command_line(trouble: Trouble) -> str | None:
    """A script's own command line, and other ways to leave."""
    if trouble.failure.error != "SystemExit":
        return None
    if "parse_args" in trouble.failure.cell.source or "argv" in trouble.failure.cell.source:
        return "A notebook has no command line: write parse_args([])."
    return "The cell leaves the notebook itself: take the call of exit() out."


def magic(trouble: Trouble) -> str | None:
    """A magic that IPython does not know, or an extension that is not installed."""
    if trouble.failure.error == "UsageError" and trouble.failure.shown.startswith("%%"):
        return (
            "A magic with %% stands on the first line of its cell: move it there, or take it out."
        )
    if trouble.failure.error == "UsageError":
        return "Take that line out, or load the extension that brings it above."
    module = _MODULE.search(trouble.said)
    if module and re.search(r"%(?:re)?load_ext", trouble.failure.shown):
        return f"Take that line out, or install the extension: {_install(trouble, module[1])}"
    return None


def library_changed(trouble: Trouble) -> str | None:
    """Something that a library has removed since."""
    found = replacement(trouble.said, trouble.statement)
    return f"{found} {_OR_OLDER}" if found else None


_OR_OLDER = "Or name the Python of the notebook's own environment with kernel=/path/to/python."


def old_pickle(trouble: Trouble) -> str | None:
    """A pickle that other versions wrote."""
    if not _OLD_PICKLE.search(trouble.said) or not _LOADS.search(trouble.statement):
        return None
    if "on <module '__main__'" in trouble.said:
        return (
            "The pickle was made by a script or notebook that defined this class itself: define the same "
            "class in a cell above, or train here."
        )
    return (
        "The file was pickled by other versions of its libraries. Train and save it again with those of "
        "this kernel, or name a Python with the versions that made it with kernel=/path/to/python."
    )


def missing_module(trouble: Trouble) -> str | None:
    """A module that the kernel lacks, or that lay beside the notebook once."""
    module = _MODULE.search(trouble.said)
    if not module:
        return None
    top = module[1].partition(".")[0]
    lies = _beside(trouble.notebook.path.parent, top)
    if lies is not None:
        return (
            f"It lies in {lies}, where Python does not look: put this above the import:\n"
            f"    import sys; sys.path.insert(0, {lies!r})"
        )
    if module[1] != top and _is_installed(trouble.python, top):
        return (
            f"{top} is installed, but in another version than the notebook was written for: see how "
            f"that one names it. {_OR_OLDER}"
        )
    if _OWN_MODULES.match(top):
        return (
            f"That looks like a module of the notebook's author: {top}.py is not beside the notebook. "
            "Fetch it from where the notebook came from, and put it there."
        )
    return (
        f"The notebook's Python lacks it: {_install(trouble, top)}\n"
        "or name another Python with kernel=/path/to/python."
    )


def unbound_name(trouble: Trouble) -> str | None:
    """A name without a value: its cell comes later, hides its error, or is gone."""
    found = _NAME.search(trouble.said) if trouble.failure.error == "NameError" else None
    if not found:
        return None
    name = found[1] or found[2] or found[3]
    number = trouble.failure.cell.number
    cells = [s.cell for s in trouble.scope.statements if name in s.binds]
    later = [cell.number for cell in cells if cell.number > number]
    earlier = [cell.number for cell in cells if cell.number < number]
    if later and not earlier:
        return (
            f"`{name}` gets its value in cell {later[0]} only, which comes later: move that cell up. The "
            "notebook must run from top to bottom (Restart & Run All)."
        )
    if earlier:
        return (
            f"Cell {earlier[-1]} would give `{name}` its value, but has not done so in this run: see why. "
            "The notebook must run from top to bottom (Restart & Run All)."
        )
    close = difflib.get_close_matches(
        name, {n for s in trouble.scope.statements for n in s.binds}, 1, 0.8
    )
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return (
        f"No cell gives `{name}` a value: its cell was deleted.{hint} Make the notebook run from top to "
        "bottom (Restart & Run All)."
    )


def missing_program(trouble: Trouble) -> str | None:
    """A program that the machine lacks: Graphviz, Java, a browser."""
    said = trouble.said
    if "ExecutableNotFound" in said or "GraphViz's executables" in said:
        return "Graphviz is missing: install its programs (apt install graphviz), or take the drawing out."
    if "JAVA_GATEWAY_EXITED" in said or "JAVA_HOME" in said or "JVMNotFound" in said:
        return "Java is missing: install it (apt install default-jre-headless)."
    if "chromedriver" in said or "geckodriver" in said:
        return "A browser and its driver are missing: read saved pages in place of it."
    found = re.search(r"No such file or directory: '([\w.+-]+)'", said)
    runs = re.search(
        r"subprocess|Popen|check_output|check_call|%%(?:bash|sh|script)|\brun\(", trouble.statement
    )
    if found and runs:
        return f"The program {found[1]} is not installed on this machine: install it, or take the call out."
    if trouble.failure.error == "CalledProcessError":
        return "The command failed: run it in a shell to see why, or take the cell out."
    return None


def missing_data(trouble: Trouble) -> str | None:
    """Data that NLTK, spaCy or Kaggle's client download once."""
    found = re.search(r"Resource '?(\w+)'? not found|nltk\.download\('(\w+)'\)", trouble.said)
    if trouble.failure.error == "LookupError" and found:
        return (
            f"NLTK's data are missing: {trouble.python} -m nltk.downloader {found[1] or found[2]}"
        )
    found = re.search(r"Can't find model '(\w+)'", trouble.said)
    if found:
        return f"spaCy's model is missing: {trouble.python} -m spacy download {found[1]}"
    return None


def no_gpu(trouble: Trouble) -> str | None:
    """A graphics card that is not there."""
    if re.search(r"CUDA|NVIDIA|cuda|GPU|No TPU", trouble.said):
        hint = ", and map_location='cpu' in torch.load" if "load" in trouble.statement else ""
        return f"This machine has no such graphics card: write device='cpu'{hint}."
    return None


def wrong_encoding(trouble: Trouble) -> str | None:
    """A text that is not UTF-8."""
    if "UnicodeDecodeError" not in trouble.said and "codec can't decode" not in trouble.said:
        return None
    for path in trouble.files():
        head = _head(path, 4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return f"{path.name} is UTF-16: read it with encoding='utf-16'."
        if head[:2] == b"PK" or head == b"\xd0\xcf\x11\xe0":
            return f"{path.name} is no text but an archive or an Excel file: read it with pd.read_excel."
        if head[:2] == b"\x1f\x8b":
            return f"{path.name} is compressed: read it with compression='gzip'."
    return "The file is not UTF-8: read it with encoding='cp1252' or encoding='latin-1'."


def missing_file(trouble: Trouble) -> str | None:
    """A file that is not where the notebook looks for it."""
    missing = _missing_file(trouble)
    if missing is None:
        return None
    what = "a path of another machine" if _ELSEWHERE.match(missing) else ""
    return _other_place(trouble, missing, what)


def unknown_parameter(trouble: Trouble) -> str | None:
    """A parameter, name or attribute that the installed version does not have."""
    found = re.search(
        r"(?:(\w+)(?:\.__init__)?\(\) )?got an unexpected keyword argument '(\w+)'", trouble.said
    )
    if found and not _is_own(trouble, found[1]):
        return f"The installed version of its library has no {found[2]}=: take it out. {_OR_OLDER}"
    found = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", trouble.said)
    if found and _beside(trouble.notebook.path.parent, found[2].partition(".")[0]) is None:
        return (
            f"The installed version of {found[2].partition('.')[0]} has no {found[1]}. {_OR_OLDER}"
        )
    found = re.search(r"module '([\w.]+)' has no attribute '(\w+)'", trouble.said)
    if found:
        return (
            f"The installed version of {found[1].partition('.')[0]} has no {found[2]}. {_OR_OLDER}"
        )
    return None


def pandas_three(trouble: Trouble) -> str | None:
    """Something that pandas 3 does otherwise, without a word, in a cell above."""
    found = silent_change(trouble.failure, trouble.notebook, trouble.python)
    return f"{found} {_OR_OLDER}" if found else None


RULES: tuple[Rule, ...] = (
    no_python,
    exercise_blank,
    lfs_pointer,
    no_input,
    command_line,
    colab,
    kaggle,
    magic,
    missing_program,
    missing_data,
    no_network,
    library_changed,
    python_2,
    old_pickle,
    missing_module,
    unbound_name,
    wrong_encoding,
    missing_file,
    no_gpu,
    unknown_parameter,
    pandas_three,
)


def _head(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _is_module_error(trouble: Trouble) -> bool:
    return trouble.failure.error in ("ModuleNotFoundError", "ImportError")


def _missing_file(trouble: Trouble) -> str | None:
    """The path that was not found."""
    names = ("FileNotFoundError", "OSError", "NotADirectoryError", "PermissionError", "Exception")
    if trouble.failure.error not in names and "No such file" not in trouble.said:
        return None
    found = _ERRNO.search(trouble.failure.text)
    if found:
        return next(group for group in found.groups() if group).strip("'`\"")
    if trouble.failure.error in ("FileNotFoundError", "NotADirectoryError"):
        named = _STRING.search(trouble.statement)
        return named["text"] if named else ""
    return None


def _other_place(trouble: Trouble, missing: str, what: str) -> str:
    """Where the file is, if it lies near the notebook; else where to put it."""
    folder = trouble.notebook.path.parent
    name = re.split(r"[\\/]", missing.rstrip("\\/"))[-1]
    found = _find(folder, name) if name else None
    said = f"That is {what}. " if what else ""
    if found is not None:
        return f"{said}There is {found}: write that path."
    into = "Put the file beside the notebook and write a path that holds from there"
    return f"{said}{into}; the notebook runs in its own folder."


def _find(folder: Path, name: str) -> str | None:
    """A file of that name near the folder, as a path from there."""
    near = [Path(), Path("data"), Path("input"), Path("datasets"), Path("dataset"), Path("..")]
    near += [Path("..", p) for p in ("data", "input", "datasets", "dataset")]
    # Notebooks that were moved into subfolders, away from the data of their repository.
    above = [Path(*[".."] * count) for count in range(2, 6)]
    near += [up / p for up in above for p in ("data", "datasets", "")]
    for place in near:
        if (folder / place / name).exists():
            return str(place / name)
    for count, found in enumerate(folder.glob(f"*/{_escaped(name)}")):
        if count < 1:
            return str(found.relative_to(folder))
    return None


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _beside(folder: Path, module: str) -> str | None:
    """The folder near the notebook, but not its own, that a module lies in."""
    for place in ("..", "src", "../src", "../..", "lib", "utils", "scripts", "../scripts"):
        base = folder / place
        if (base / f"{module}.py").is_file() or (base / module / "__init__.py").is_file():
            return place
    return None


def _is_own(trouble: Trouble, function: str | None) -> bool:
    return function is not None and trouble.scope.binds(function)


def _is_installed(python: Path, module: str) -> bool:
    """Whether a module lies in the environment of an interpreter."""
    return any(_site_packages(python, module)) or (
        str(python) == sys.executable and module in sys.modules
    )


def _site_packages(python: Path, name: str) -> list[Path]:
    return list(python.parent.parent.glob(f"lib/python3*/site-packages/{name}"))


def _install(trouble: Trouble, module: str) -> str:
    """The command that installs a module into the kernel's environment."""
    name, python = distribution(module), trouble.python
    is_environment = (python.parent.parent / "pyvenv.cfg").is_file()
    if is_environment and not _site_packages(python, "pip"):
        return f"uv pip install --python {python} {name}"  # made by uv, which leaves pip out
    return f"{python} -m pip install {name}"
