"""Each known cause of a failing cell gets a remedy that names it."""

from pathlib import Path

import pytest

from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from nb2service.running.distributions import distribution
from nb2service.running.failures import Failure
from nb2service.running.remedies import RULES, Trouble, remedy
from nb2service.running.removed import changes, replacement
from support import MakeNotebook, write_notebook

PYTHON = Path("/env/bin/python")


def told(
    make_notebook: MakeNotebook,
    cells: list[str] | str,
    error: str,
    text: str,
    number: int = 1,
    line: int | None = 1,
    python: Path = PYTHON,
) -> str:
    notebook = read(make_notebook(*([cells] if isinstance(cells, str) else cells)))
    failure = Failure(notebook.cells[number - 1], line, error, text)
    return remedy(Trouble(failure, notebook, parse(notebook), python))


@pytest.mark.parametrize(
    ("source", "error", "text", "says"),
    [
        pytest.param("x = ____", "NameError", "name '____' is not defined", "blanks", id="a blank"),
        pytest.param(
            "f(___)", "TypeError", "bad argument", "blanks", id="a blank that IPython binds"
        ),
        pytest.param(
            "y = x + 1",
            "TypeError",
            "unsupported operand: 'ellipsis' and 'int'",
            "blanks",
            id="dots",
        ),
        pytest.param("x = 1\n>>> y", "SyntaxError", "invalid syntax", "Mend the cell", id="syntax"),
        pytest.param(
            "from google.colab import drive",
            "ModuleNotFoundError",
            "No module named 'google.colab'",
            "Colab only",
            id="a module of Colab",
        ),
        pytest.param(
            "open('/content/x.csv')",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: '/content/x.csv'",
            "a path on Colab",
            id="a path of Colab",
        ),
        pytest.param(
            "drive.mount('/gdrive')",
            "NameError",
            "name 'drive' is not defined",
            "Colab only",
            id="mount",
        ),
        pytest.param(
            "open('../input/x.csv')",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: '../input/x.csv'",
            "a path on Kaggle",
            id="a path of Kaggle",
        ),
        pytest.param(
            "import kaggle_secrets",
            "ModuleNotFoundError",
            "No module named 'kaggle_secrets'",
            "Kaggle only",
            id="a module of Kaggle",
        ),
        pytest.param(
            "x = input()", "StdinNotImplementedError", "raw_input was", "assign", id="input"
        ),
        pytest.param("p.parse_args()", "SystemExit", "2", "parse_args([])", id="a command line"),
        pytest.param("sys.exit()", "SystemExit", "", "exit()", id="exit"),
        pytest.param(
            "%%foo", "UsageError", "not found.", "first line of its cell", id="a cell magic"
        ),
        pytest.param(
            "%foo", "UsageError", "Line magic function `%foo` not found.", "Take that", id="magic"
        ),
        pytest.param(
            "%load_ext nb_black",
            "ModuleNotFoundError",
            "No module named 'nb_black'",
            "install the extension: /env/bin/python -m pip install nb_black",
            id="an extension",
        ),
        pytest.param(
            "urlopen(u)",
            "URLError",
            "<urlopen error [Errno -3] Temporary failure in name resolution>",
            "internet",
            id="no network, urllib",
        ),
        pytest.param(
            "requests.get(u)",
            "ConnectionError",
            "HTTPSConnectionPool(host='x', port=443): Max retries exceeded",
            "internet",
            id="no network, requests",
        ),
        pytest.param(
            "httpx.get(u)", "ConnectError", "[Errno -2]", "internet", id="no network, httpx"
        ),
        pytest.param(
            "s.connect(a)", "gaierror", "[Errno -2] Name or", "internet", id="no network, socket"
        ),
        pytest.param(
            "urlopen(u)", "HTTPError", "HTTP Error 404: Not Found", "moved", id="a moved file"
        ),
        pytest.param(
            "print(unicode(1))", "NameError", "name 'unicode' is not defined", "Python 2", id="py2"
        ),
        pytest.param(
            "import urllib2",
            "ModuleNotFoundError",
            "No module named 'urllib2'",
            "Python 2",
            id="py2 module",
        ),
        pytest.param(
            "d.has_key(1)",
            "AttributeError",
            "'dict' object has no attribute 'has_key'",
            "Python 2",
            id="py2 dict",
        ),
        pytest.param(
            "m = pickle.load(f)",
            "AttributeError",
            "Can't get attribute 'Cleaner' on <module '__main__'>",
            "define the same class",
            id="a pickle of a script",
        ),
        pytest.param(
            "m = joblib.load('m.pkl')",
            "ValueError",
            "node array from the pickle has an incompatible dtype",
            "other versions",
            id="a pickle of another scikit-learn",
        ),
        pytest.param(
            "m = pickle.load(f)",
            "ModuleNotFoundError",
            "No module named 'numpy._core'",
            "other versions",
            id="a pickle of another NumPy",
        ),
        pytest.param(
            "import cv2",
            "ModuleNotFoundError",
            "No module named 'cv2'",
            "install opencv-python-headless",
            id="cv2",
        ),
        pytest.param(
            "import sklearn.tree",
            "ModuleNotFoundError",
            "No module named 'sklearn'",
            "/env/bin/python -m pip install scikit-learn\n",
            id="scikit-learn",
        ),
        pytest.param(
            "import utils",
            "ModuleNotFoundError",
            "No module named 'utils'",
            "notebook's author",
            id="utils",
        ),
        pytest.param(
            "f(x)", "NameError", "name 'x' is not defined", "No cell gives `x`", id="a deleted cell"
        ),
        pytest.param(
            "dot.render()",
            "ExecutableNotFound",
            "failed to execute PosixPath('dot')",
            "Graphviz",
            id="dot",
        ),
        pytest.param(
            "subprocess.run(['ffmpeg'])",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: 'ffmpeg'",
            "The program ffmpeg is not installed",
            id="a program",
        ),
        pytest.param(
            "Spark()", "RuntimeError", "[JAVA_GATEWAY_EXITED] Java", "Java is missing", id="Java"
        ),
        pytest.param(
            "%%bash\nexit 3", "CalledProcessError", "Command returned 3", "in a shell", id="bash"
        ),
        pytest.param(
            "stopwords.words()",
            "LookupError",
            "\n***\n  Resource \x1b[93mstopwords\x1b[0m not found.\n  nltk.download('stopwords')",
            "-m nltk.downloader stopwords",
            id="NLTK's data",
        ),
        pytest.param(
            "spacy.load('en_core_web_sm')",
            "OSError",
            "[E050] Can't find model 'en_core_web_sm'.",
            "-m spacy download en_core_web_sm",
            id="spaCy's model",
        ),
        pytest.param(
            "m.cuda()",
            "AssertionError",
            "Torch not compiled with CUDA enabled",
            "device='cpu'",
            id="no GPU",
        ),
        pytest.param(
            "pd.read_csv('x')",
            "UnicodeDecodeError",
            "'utf-8' codec can't decode byte 0xe9 in position 1: invalid continuation byte",
            "latin-1",
            id="an encoding",
        ),
        pytest.param(
            "open('C:\\\\Users\\\\me\\\\x.csv')",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: 'C:\\\\Users\\\\me\\\\x.csv'",
            "another machine",
            id="a path of Windows",
        ),
        pytest.param(
            "open('x.csv')",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: 'x.csv'",
            "beside the notebook",
            id="a missing file",
        ),
        pytest.param(
            "M(a=1)",
            "TypeError",
            "M.__init__() got an unexpected keyword argument 'a'",
            "no a=",
            id="a parameter",
        ),
        pytest.param(
            "from x import y",
            "ImportError",
            "cannot import name 'y' from 'x' (/x.py)",
            "x has no y",
            id="a name",
        ),
        pytest.param(
            "x = 1 / 0",
            "ZeroDivisionError",
            "division by zero",
            "top to bottom",
            id="anything else",
        ),
    ],
)
def test_remedy(make_notebook: MakeNotebook, source: str, error: str, text: str, says: str) -> None:
    assert says in told(make_notebook, source, error, text)


def test_a_name_that_only_a_later_cell_binds(make_notebook: MakeNotebook) -> None:
    cells = ["f(x)", "y = 1", "x = 2"]
    answer = told(make_notebook, cells, "NameError", "name 'x' is not defined")
    assert "`x` gets its value in cell 3 only" in answer


def test_a_name_that_a_cell_above_should_have_bound(make_notebook: MakeNotebook) -> None:
    cells = ["if False:\n    x = 2", "f(x)"]
    answer = told(make_notebook, cells, "NameError", "name 'x' is not defined", number=2)
    assert "Cell 1 would give `x` its value" in answer


def test_a_typo(make_notebook: MakeNotebook) -> None:
    cells = ["features = 2", "f(featuers)"]
    answer = told(make_notebook, cells, "NameError", "name 'featuers' is not defined", number=2)
    assert "Did you mean `features`?" in answer


def test_a_git_lfs_pointer_is_the_cause_whatever_the_error(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\n")
    cells = ["df = pd.read_csv('x.csv')", "y = df['label']"]
    answer = told(make_notebook, cells, "KeyError", "'label'", number=2)
    assert "x.csv is not the data but a Git LFS pointer" in answer
    assert f"git lfs pull in {tmp_path}" in answer


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfea\x00", "encoding='utf-16'"),
        (b"PK\x03\x04", "read_excel"),
        (b"\x1f\x8b\x08", "compression='gzip'"),
        (b"caf\xe9", "latin-1"),
    ],
)
def test_what_the_file_really_is(
    make_notebook: MakeNotebook, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    text = "'utf-8' codec can't decode byte"
    assert says in told(make_notebook, "pd.read_csv('x.csv')", "UnicodeDecodeError", text)


@pytest.mark.parametrize("path", ["/content/x.csv", "../input/set/x.csv", "C:\\d\\x.csv", "x.csv"])
def test_a_file_that_lies_elsewhere(make_notebook: MakeNotebook, tmp_path: Path, path: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").touch()
    text = f"[Errno 2] No such file or directory: '{path}'"
    answer = told(make_notebook, f"open(r'{path}')", "FileNotFoundError", text)
    assert "There is data/x.csv: write that path." in answer


def test_a_notebook_that_was_moved_away_from_its_data(tmp_path: Path) -> None:
    folder = tmp_path / "lectures" / "regression" / "examples"
    folder.mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fuel.csv").touch()
    notebook = read(write_notebook(folder / "n.ipynb", "pd.read_csv('../../data/fuel.csv')"))
    text = "[Errno 2] No such file or directory: '../../data/fuel.csv'"
    failure = Failure(notebook.cells[0], 1, "FileNotFoundError", text)
    answer = remedy(Trouble(failure, notebook, parse(notebook), PYTHON))
    assert answer == "There is ../../../data/fuel.csv: write that path."


def test_a_module_that_lies_elsewhere(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "utils.py").touch()
    text = "No module named 'utils'"
    answer = told(make_notebook, "import utils", "ModuleNotFoundError", text)
    assert "import sys; sys.path.insert(0, 'src')" in answer


def test_an_environment_without_pip(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    python = tmp_path / "env" / "bin" / "python"
    text = "No module named 'yaml'"
    answer = told(make_notebook, "import yaml", "ModuleNotFoundError", text, python=python)
    assert f"uv pip install --python {python} pyyaml" in answer


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import numpy as np\nnp.float", "write float in place of np.float"),
        ("import numpy as np\nnp.bool8", "np.bool_"),
        ("import numpy as np\nnp.NaN", "write np.nan"),
        ("import numpy as np\nnp.Inf", "write np.inf"),
        ("import numpy as np\nnp.float_", "np.float64"),
        ("import numpy as np\nnp.product([1])", "np.prod"),
        ("from sklearn.externals import joblib", "import joblib"),
        ("import sklearn.externals.joblib", "import joblib"),
        ("from sklearn.cross_validation import train_test_split", "sklearn.model_selection"),
        ("from sklearn.grid_search import GridSearchCV", "sklearn.model_selection"),
        ("from sklearn.preprocessing import Imputer", "SimpleImputer"),
        (
            "from sklearn.ensemble.forest import RandomForestClassifier",
            "import from sklearn.ensemble",
        ),
        ("from sklearn.datasets import load_boston", "fetch_california_housing"),
        ("import sklearn.datasets\nsklearn.datasets.load_boston()", "fetch_california_housing"),
        ("from sklearn.datasets import fetch_mldata", "fetch_openml"),
        ("from sklearn.metrics import plot_confusion_matrix", "ConfusionMatrixDisplay"),
        ("from sklearn.metrics import jaccard_similarity_score", "jaccard_score"),
        (
            "from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder(sparse=False)",
            "sparse_output=",
        ),
        (
            "from sklearn.metrics import mean_squared_error\nmean_squared_error([1], [1], squared=False)",
            "root_mean_squared_error",
        ),
        (
            "from sklearn.ensemble import GradientBoostingRegressor\n"
            "GradientBoostingRegressor(loss='ls').fit([[1], [2]], [1, 2])",
            "squared_error",
        ),
        (
            "from sklearn.ensemble import RandomForestClassifier\n"
            "RandomForestClassifier(max_features='auto').fit([[1], [2]], [1, 2])",
            "'sqrt'",
        ),
        (
            "from sklearn.linear_model import LinearRegression\nLinearRegression(normalize=True)",
            "StandardScaler",
        ),
        (
            "from sklearn.ensemble import AdaBoostClassifier\nAdaBoostClassifier(base_estimator=1)",
            "estimator=",
        ),
        ("import pandas as pd\npd.DataFrame().append({})", "pd.concat"),
        ("import pandas as pd\npd.DataFrame().ix", ".loc"),
        ("import pandas as pd\npd.Series([1]).iteritems()", ".items()"),
        ("import pandas as pd\npd.DataFrame().as_matrix()", "to_numpy"),
        ("import pandas as pd\npd.datetime", "import datetime itself"),
        ("import pandas as pd\npd.read_csv('x', error_bad_lines=False)", "on_bad_lines"),
        ("import pandas as pd\npd.read_csv('x', delim_whitespace=True)", r"sep=r'\s+'"),
        ("import pandas as pd\npd.DataFrame({'a': [1]}).drop('a', 1)", "axis=1"),
        ("import pandas as pd\npd.Series([1]).fillna(method='ffill')", ".ffill()"),
        ("import pandas as pd\npd.DataFrame({'a': ['x']}).corr()", "numeric_only=True"),
        ("import pandas as pd\npd.DataFrame({'a': ['x'], 'b': [1]}).mean()", "numeric_only=True"),
        ("import pandas as pd\npd.DataFrame({'a': [1]}).mean(level=0)", ".groupby(level="),
        ("import pandas as pd\npd.date_range('2020', periods=2, freq='M')", "M is ME"),
        ("from pandas.io.json import json_normalize", "from pandas import json_normalize"),
        ("import pandas.util.testing", "pandas.testing"),
        (
            "import xgboost\nxgboost.XGBClassifier().fit([[1]], [0], early_stopping_rounds=3)",
            "constructor",
        ),
        ("import matplotlib.pyplot as plt\nplt.style.use('seaborn')", "'seaborn-v0_8'"),
        (
            "import matplotlib.pyplot as plt\nplt.style.use('seaborn-whitegrid')",
            "'seaborn-v0_8-whitegrid'",
        ),
        ("from collections import Mapping", "collections.abc"),
        (
            "from scipy.optimize import minimize\nminimize(lambda x: x @ x, [[1.0], [2.0]])",
            "x0.flatten()",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_today_s_libraries_say(code: str, says: str) -> None:
    with pytest.raises(Exception) as failure:  # noqa: PT011  whatever these libraries raise
        exec(code, {})
    said = f"{failure.type.__name__}: {failure.value}"
    assert says in (replacement(said, code.splitlines()[-1]) or ""), said


def test_the_table_can_be_read() -> None:
    assert len(changes()) > 80
    assert {"NumPy", "pandas", "scikit-learn"} <= {change.library for change in changes()}
    for change in changes():
        assert change.error.groups or "{" not in change.remedy


def test_every_rule_says_what_it_is_for() -> None:
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.parametrize(
    ("module", "name"),
    [("sklearn.tree", "scikit-learn"), ("PIL", "pillow"), ("nothing", "nothing")],
)
def test_distribution(module: str, name: str) -> None:
    assert distribution(module) == name
