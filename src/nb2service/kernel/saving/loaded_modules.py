"""Which modules of the user's own are loaded, and what else is."""

import sys

from .local_files import local_file


def loaded_modules():
    """Name the loaded modules that lie with the user's work, and the top-level ones of all others.

    Returns:
        A dict with `local`, the name of each such module -> the path of its file, and `others`.
    """
    local, others = {}, set()
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        if top in ("__main__", "_nb2service", "ipykernel_launcher") or module is None:
            continue
        # A module may be known under two names (`sys.modules["alias"] = module`): the true one counts.
        if getattr(module, "__name__", name) == name and local_file(name) is not None:
            local[name] = module.__file__
        else:
            others.add(top)
    tops = {name.partition(".")[0] for name in local}
    return {"local": local, "others": sorted(others - tops)}
