"""Settings: process-wide state, and which functions and attributes of which libraries set it.

Data alone: a full name, or the beginning of one that ends in a dot, and the setting that it belongs to.
A setting that begins with a library's name concerns what that library does; the others concern all.
"""

_CALLS = {
    "sklearn.set_config": "sklearn.config",
    "sklearn._config.set_config": "sklearn.config",
    "xgboost.set_config": "xgboost.config",
    "pandas.set_option": "pandas.options",
    "pandas.reset_option": "pandas.options",
    "pandas.set_eng_float_format": "pandas.options",
    "pandas.options.": "pandas.options",
    "polars.Config.": "polars.config",
    "numpy.seterr": "numpy.errstate",
    "numpy.seterrcall": "numpy.errstate",
    "numpy.setbufsize": "numpy.errstate",
    "numpy.set_printoptions": "numpy.printoptions",
    "numpy.random.seed": "numpy.random",
    "numpy.random.set_state": "numpy.random",
    "random.seed": "random",
    "random.setstate": "random",
    "torch.manual_seed": "torch.random",
    "torch.random.manual_seed": "torch.random",
    "torch.cuda.manual_seed": "torch.random",
    "torch.cuda.manual_seed_all": "torch.random",
    "torch.set_": "torch.config",
    "torch.use_deterministic_algorithms": "torch.config",
    "torch.backends.": "torch.config",
    "tensorflow.random.set_seed": "tensorflow.random",
    "tensorflow.set_random_seed": "tensorflow.random",
    "tensorflow.keras.utils.set_random_seed": "tensorflow.random",
    "keras.utils.set_random_seed": "keras.random",
    "tensorflow.config.": "tensorflow.config",
    "tensorflow.keras.backend.set_": "tensorflow.config",
    "keras.backend.set_": "keras.config",
    "keras.config.": "keras.config",
    "jax.config.update": "jax.config",
    "decimal.getcontext.": "decimal",
    "decimal.setcontext": "decimal",
    "decimal.DefaultContext.": "decimal",
    "locale.setlocale": "locale",
    "time.tzset": "timezone",
    "os.environ": "os.environ",
    "os.environ.": "os.environ",
    "os.putenv": "os.environ",
    "os.unsetenv": "os.environ",
    "os.chdir": "cwd",
    "os.umask": "umask",
    "warnings.simplefilter": "warnings",
    "warnings.filterwarnings": "warnings",
    "warnings.resetwarnings": "warnings",
    "warnings.warn": "",
    "sys.path.": "sys.path",
    "sys.setrecursionlimit": "sys.recursionlimit",
    "sys.set_int_max_str_digits": "sys.int_max_str_digits",
    "sys.modules": "sys.modules",
    "logging.basicConfig": "logging",
    "logging.disable": "logging",
    "socket.setdefaulttimeout": "socket.timeout",
    "calendar.setfirstweekday": "calendar.firstweekday",
    "csv.field_size_limit": "csv.limit",
    "csv.register_dialect": "csv.dialects",
    "nltk.data.path.": "nltk.path",
    "matplotlib.rcParams": "matplotlib.rcParams",
    "matplotlib.rcParams.": "matplotlib.rcParams",
    "matplotlib.pyplot.rcParams": "matplotlib.rcParams",
    "matplotlib.pyplot.rcParams.": "matplotlib.rcParams",
    "matplotlib.pyplot.style.": "matplotlib.rcParams",
    "matplotlib.pyplot.rc": "matplotlib.rcParams",
    "matplotlib.use": "matplotlib.rcParams",
    "seaborn.set": "seaborn.theme",
    "seaborn.set_": "seaborn.theme",
    "mpmath.mp.": "mpmath.precision",
    "statsmodels.tools.sm_exceptions.": "",
    "multiprocessing.set_start_method": "multiprocessing.start",
    "builtins.": "builtins",
}
# Context managers that set something for their time, so that what is computed within may be otherwise.
CONTEXTS = {
    "sklearn.config_context": "sklearn.config",
    "xgboost.config_context": "xgboost.config",
    "numpy.errstate": "numpy.errstate",
    "numpy.printoptions": "numpy.printoptions",
    "pandas.option_context": "pandas.options",
    "decimal.localcontext": "decimal",
    "polars.Config": "polars.config",
    "torch.autocast": "torch.config",
    "torch.amp.autocast": "torch.config",
    "torch.cuda.amp.autocast": "torch.config",
    "unittest.mock.patch": "an attribute of a module",
    "unittest.mock.patch.object": "an attribute of a module",
    "unittest.mock.patch.dict": "the items of a dict",
}
# Methods of `os.environ` and the like that only read.
_READS = frozenset({"get", "copy", "items", "keys", "values", "list", "getcwd", "describe_option"})
# Functions that tell the time, and those that do so only without the moment that they may be given.
CLOCKS = frozenset(
    {
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
        *("datetime.date.today", "time.time", "time.time_ns", "pandas.Timestamp.now"),
        *("pandas.Timestamp.today", "pandas.Timestamp.utcnow", "django.utils.timezone.now"),
        *("pandas.Period.now", "numpy.datetime64.now", "pendulum.now", "arrow.now", "arrow.utcnow"),
    }
)
_CLOCKS_WITHOUT = {
    **dict.fromkeys(("time.localtime", "time.gmtime", "time.ctime"), 0),
    **dict.fromkeys(("time.strftime", "time.asctime"), 1),
}
_SAYS_NOW = ("numpy.datetime64", "pandas.Timestamp", "pandas.to_datetime", "pandas.DatetimeIndex")
# The clocks that a service can let stand still while it compares answers; see `recorded_clock.py`.
STANDING = frozenset(
    c for c in CLOCKS if c.startswith(("datetime.", "time.", "pandas.Timestamp."))
) | {*("time.localtime", "time.gmtime", "time.ctime", "time.strftime")}
# Functions that draw from a generator that all share.
_DRAWS = {"random.": "random", "numpy.random.": "numpy.random"}
_NO_DRAWS = frozenset(
    {"default_rng", "RandomState", "Generator", "SeedSequence", "Random", "SystemRandom", "seed"}
    | {"PCG64", "MT19937", "Philox", "SFC64", "get_state", "set_state", "getstate", "setstate"}
)


def set_by_call(name: str) -> str:
    """The setting that a call of a function of this full name sets; `""` for none."""
    if name.rpartition(".")[2] in _READS:
        return ""
    if name in _CALLS:
        return _CALLS[name] if name != "os.environ" else ""
    return _by_prefix(name)


def set_by_store(name: str) -> str:
    """The setting that a value given to an attribute or an item of this full name sets.

    `pandas.options.display.precision = 3` sets pandas' options; `numpy.float = float` is none that a
    table has, so it is the module's own: `numpy.attributes`.
    """
    if name in _CALLS:
        return _CALLS[name]
    return _by_prefix(name) or f"{name.partition('.')[0]}.attributes"


def drawn_by(name: str) -> str:
    """The shared generator that a call of a function of this full name draws from; `""` for none."""
    for prefix, setting in _DRAWS.items():
        rest = name.removeprefix(prefix)
        if rest != name and "." not in rest and rest not in _NO_DRAWS:
            return setting
    return ""


def told_by(name: str, given: int, first: object) -> str:
    """The clock that a call asks: its full name, `""` for none.

    Args:
        name: the full name of the function.
        given: how many arguments it is given.
        first: the first of them, if it is written there.
    """
    if name in CLOCKS or _CLOCKS_WITHOUT.get(name, -1) >= given:
        return name
    return f"{name}({first!r})" if name in _SAYS_NOW and first in ("now", "today") else ""


def _by_prefix(name: str) -> str:
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        found = _CALLS.get(".".join(parts[:count]) + ".")
        if found is not None:
            return found
    head, _, last = name.rpartition(".")
    setter = _CALLS.get(f"{head}.set_") if last.startswith("set_") else None
    return setter or ""
