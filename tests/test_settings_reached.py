"""Which settings of a notebook come along: those whose effect predict may see."""

import pytest

from nb2service.closure.items import Artifact, Item
from nb2service.closure.settings import left_behind, setting_items, settings_for
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook

PREDICT = "#| predict\ndef predict(a):\n    return a"
MODEL = Item(
    "model",
    "artifact",
    "",
    1,
    artifact=Artifact("m.joblib", "joblib_pickle", "sklearn.svm._classes.SVC", 1, "", {}, (), None),
)


def imports(*names: str) -> dict[str, Item]:
    return {name: Item(name, "import", f"import {name}", 1) for name in names}


def found(
    make_notebook: MakeNotebook,
    code: str,
    items: dict[str, Item],
    predict: str = PREDICT,
    failed: tuple[int, ...] = (),
) -> tuple[list[str], tuple[str, ...]]:
    """The code that comes along, and what is said of the rest."""
    notebook = read(make_notebook(code, predict, "predict(1)"))
    scope = parse(notebook)
    marked = mark(notebook, scope)
    taken = settings_for(scope, marked, items, 3, failed)
    told = left_behind(scope, items | setting_items(taken, "predict"), marked, 3)
    return [one.code for one in taken], told


@pytest.mark.parametrize(
    ("code", "items"),
    [
        pytest.param(
            "import sklearn\nsklearn.set_config()", {"model": MODEL}, id="of a saved model"
        ),
        pytest.param(
            "import numpy as np\nnp.seterr(all='raise')", {"m": MODEL}, id="of what it uses"
        ),
        pytest.param(
            "import pandas as pd\npd.set_option('a', 1)", imports("pandas"), id="of an import"
        ),
        pytest.param(
            "import decimal\ndecimal.getcontext().prec = 3", imports("decimal"), id="stdlib"
        ),
        pytest.param(
            "import os\nos.environ['TZ'] = 'UTC'", imports("datetime"), id="the time zone"
        ),
        pytest.param(
            "import os\nos.environ['KERAS_BACKEND'] = 'jax'", imports("keras"), id="of a library"
        ),
        pytest.param(
            "import os\nos.environ['X'] = '1'", imports("mine"), id="of an unknown module"
        ),
        pytest.param("import mine\nmine.RATE = 3", imports("mine"), id="of the user's own module"),
        pytest.param("import numpy as np\nnp.float = float", imports("numpy"), id="an attribute"),
        pytest.param(
            "import locale\nlocale.setlocale(0, 'C')", imports("datetime"), id="the locale"
        ),
        pytest.param(
            "import warnings\nwarnings.simplefilter('error')", {}, id="warnings as errors"
        ),
        pytest.param("import sys\nsys.setrecursionlimit(9999)", {}, id="how deep it may go"),
    ],
)
def test_it_comes_along(make_notebook: MakeNotebook, code: str, items: dict[str, Item]) -> None:
    assert found(make_notebook, code, items) == ([code.splitlines()[-1]], ())


@pytest.mark.parametrize(
    ("code", "items"),
    [
        pytest.param(
            "import sklearn\nsklearn.set_config()", imports("math"), id="another library's"
        ),
        pytest.param("import pandas as pd\npd.set_option('a', 1)", {}, id="nobody uses it"),
        pytest.param("import warnings\nwarnings.filterwarnings('ignore')", {}, id="not shown"),
        pytest.param("import numpy as np\nnp.random.seed(0)", {"m": MODEL}, id="a seed"),
        pytest.param("import os\nos.environ['OMP_NUM_THREADS'] = '1'", {"m": MODEL}, id="threads"),
        pytest.param("import os\nos.environ['KAGGLE_KEY'] = 'x'", {"m": MODEL}, id="a secret"),
        pytest.param(
            "import os\nos.environ['X'] = '1'", {"m": MODEL}, id="a variable nobody reads"
        ),
        pytest.param(
            "import numpy as np\nwith np.errstate(all='raise'):\n    pass",
            {"m": MODEL},
            id="a with",
        ),
        pytest.param("import sys\nsys.path.append('lib')", {"m": MODEL}, id="the path of modules"),
    ],
)
def test_it_stays(make_notebook: MakeNotebook, code: str, items: dict[str, Item]) -> None:
    assert found(make_notebook, code, items) == ([], ())


READS = "#| predict\ndef predict(a):\n    return os.environ['X']"


def test_a_variable_comes_along_where_the_code_reads_any(make_notebook: MakeNotebook) -> None:
    code = "import os\nos.environ['X'] = '1'"
    assert found(make_notebook, code, {}, READS)[0] == ["os.environ['X'] = '1'"]


def test_a_secret_is_told_where_the_code_reads_any(make_notebook: MakeNotebook) -> None:
    code = "import os\nos.environ['API_KEY'] = '1'"
    taken, told = found(make_notebook, code, {}, READS)
    assert taken == []
    assert told == (
        "cell 1, line 2 sets the environment variable API_KEY, which looks like a secret and does not "
        "come along: give it to the service.",
    )


def test_a_magic_becomes_code(make_notebook: MakeNotebook) -> None:
    taken, _ = found(make_notebook, "%env X=a b", {}, READS)
    assert taken == ["__import__('os').environ['X'] = 'a b'"]


def test_the_name_that_a_call_is_bound_to_stays(make_notebook: MakeNotebook) -> None:
    code = "import numpy as np\nold = np.seterr(all='raise')"
    assert found(make_notebook, code, {"m": MODEL})[0] == ["np.seterr(all='raise')"]


def test_a_function_of_the_notebook_that_sets_something_is_called(
    make_notebook: MakeNotebook,
) -> None:
    code = "import numpy as np\ndef start():\n    np.seterr(all='raise')\nstart()"
    assert found(make_notebook, code, {"m": MODEL})[0] == ["start()"]


def test_one_that_failed_stays(make_notebook: MakeNotebook) -> None:
    code = "import locale\nlocale.setlocale(0, 'xx')"
    assert found(make_notebook, code, imports("locale"), failed=(1,))[0] == []


def test_what_is_set_through_a_copy_is_told(make_notebook: MakeNotebook) -> None:
    code = "import decimal\ncontext = decimal.getcontext()\ncontext.prec = 3"
    taken, told = found(make_notebook, code, imports("decimal"))
    assert taken == []
    assert told == ("cell 1, line 3 sets decimal, which does not come along.",)


CLASS = "class Config:\n    floor = 0\n    factor = 1"
CODE = {"Config": Item("Config", "code", CLASS, 1)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param("Config.floor = 900", id="assigned"),
        pytest.param("Config.floor += 900", id="added to"),
        pytest.param("del Config.factor", id="deleted"),
        pytest.param("setattr(Config, 'floor', 900)", id="by its name"),
    ],
)
def test_what_changes_a_class_comes_along_with_it(
    make_notebook: MakeNotebook, changes: str
) -> None:
    code = f"{CLASS}\n{changes}\nother = 1"
    assert found(make_notebook, code, CODE)[0] == [changes]
    assert found(make_notebook, code, {})[0] == []


def test_attributes_of_values_come_along_with_them(make_notebook: MakeNotebook) -> None:
    code = f"{CLASS}\nconfig = Config()\nconfig.floor = 900\nsetattr(config, 'factor', 2)"
    assert found(make_notebook, code, CODE | {"config": MODEL})[0] == []
