"""Files that are not there, or not what the notebook takes them for."""

import re
from pathlib import Path

from nb2service.running.trouble import STRING, Trouble

_LFS = b"version https://git-lfs"
_ERRNO = re.compile(
    r"No such file or directory:? '(.+?)'|File (\S+) does not exist|'(.+?)' not found"
)
_COLAB = re.compile(r"/content/|google\.colab|drive\.mount")
_KAGGLE = re.compile(r"/kaggle/|(?:\.\./)+input/|kaggle_secrets|kaggle_datasets")
_ELSEWHERE = re.compile(r"^(?:[A-Za-z]:[\\/]|/(?:Users|home|mnt|media|root|data)/|~/|\\\\)")


def lfs_pointer(trouble: Trouble) -> str | None:
    """A file that Git LFS has left its pointer for."""
    for path in trouble.files():
        if _head(path, len(_LFS)) == _LFS:
            return (
                f"{path.name} is not the data but a Git LFS pointer to it: run git lfs pull in "
                f"{path.parent}."
            )
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


def colab(trouble: Trouble) -> str | None:
    """Something that only Google Colab has."""
    if trouble.module.startswith("google.colab"):
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
    if trouble.module.startswith(("kaggle_", "learntools")):
        return "That module exists on Kaggle only: take its lines out."
    missing = _missing_file(trouble)
    if missing is not None and _KAGGLE.search(missing):
        return _other_place(trouble, missing, "a path on Kaggle")
    return None


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
        named = STRING.search(trouble.statement)
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
    below = next(folder.glob(f"*/{_escaped(name)}"), None)
    return None if below is None else str(below.relative_to(folder))


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _head(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
