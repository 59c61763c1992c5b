"""What is installed in this Python, and a way to hide it: the proof sees what the service will have."""

import inspect
import re
import sys
from importlib import metadata

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_OWN = {"model", "service", "_nb2service", "__main__", "sitecustomize", "usercustomize"}


class Hidden:
    """Hides what is installed here but will not be in the service; notes who was asked for."""

    def __init__(self, installed, visible):
        self.hidden = set(installed.by_module)
        self.asked = set()
        self.show(installed, visible)

    def show(self, installed, visible):
        """Hide no longer what these distributions provide."""
        self.hidden -= {m for m, names in installed.by_module.items() if names & visible.keys()}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in self.hidden and top not in sys.stdlib_module_names:
            self.asked.add(top)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def canonical(name):
    """A distribution's name as the packaging specifications normalise it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _modules_of(distribution):
    """The top-level modules that a distribution provides.

    `metadata.packages_distributions` of Python 3.10 sees only those that say so in top_level.txt.
    """
    declared = (distribution.read_text("top_level.txt") or "").split()
    if declared:
        return set(declared)
    found = set()
    for file in distribution.files or []:
        name = file.parts[0] if len(file.parts) > 1 else inspect.getmodulename(file.name)
        if name and name.isidentifier() and file.suffix in (".py", ".so", ".pyd"):
            found.add(name)
    return found


class Installed:
    """What is installed in this Python, by distribution and by importable module."""

    def __init__(self):
        self.by_module: dict[str, set[str]] = {}
        for distribution in metadata.distributions():
            name = distribution.metadata["Name"]
            for module in _modules_of(distribution) if name else ():
                self.by_module.setdefault(module, set()).add(canonical(name))

    def of_modules(self, modules):
        """The distributions that provide these top-level modules, canonical names."""
        found: set[str] = set()
        for module in modules:
            found.update(self.by_module.get(module, ()))
        return found

    def closure(self, names):
        """These distributions and all installed ones that they depend on: canonical name -> version."""
        found, pending = {}, list(names)
        while pending:
            name = pending.pop()
            if name in found:
                continue
            try:
                distribution = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue
            found[name] = distribution.version
            needed = [r for r in distribution.requires or [] if "extra ==" not in r]
            names = [_NAME.match(requirement) for requirement in needed]
            pending += [canonical(name.group(1)) for name in names if name]
        return found


def third_party(modules):
    """Top-level names that are neither the standard library's nor the service's own."""
    tops = {module.partition(".")[0] for module in modules}
    return {t for t in tops if t not in sys.stdlib_module_names and t not in _OWN}


def own_modules(names, hidden):
    """Make way for the modules that came along, which may be installed here in editable form, too."""
    _OWN.update(names)
    hidden.hidden -= set(names)
    for name in [n for n in sys.modules if n.partition(".")[0] in names]:
        del sys.modules[name]


def watch_unpickling():
    """Note what artifacts look up, module and name: every pickle says it, in whatever format."""
    named = set()

    def note(event, arguments):
        if event == "pickle.find_class":
            named.add((arguments[0], arguments[1]))

    sys.addaudithook(note)
    return named
