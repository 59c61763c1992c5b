"""Each known cause of a failing cell gets a remedy that names it."""

import pytest

from nb2service.running.remedies import RULES
from nb2service.running.rules import cells, files, machine, modules, versions
from nb2service.running.trouble import Trouble
from support import MakeNotebook, remedy_for


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
            "import plotly.express",
            "ModuleNotFoundError",
            "No module named 'plotly'",
            "/env/bin/python -m pip install plotly\n",
            id="a library with the name of an own module",
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
            "x.set()\nimport y as x",
            "NameError",
            "name 'x' is not defined",
            "Line 2 of the cell would give `x`",
            id="a line below",
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
    assert says in remedy_for(make_notebook(source), error, text)


def test_every_rule_is_asked_and_says_what_it_is_for() -> None:
    rooms = (cells, files, machine, modules, versions)
    written = {
        function
        for room in rooms
        for name, function in vars(room).items()
        if not name.startswith("_") and getattr(function, "__module__", "") == room.__name__
        if function.__annotations__ == {"trouble": Trouble, "return": str | None}
    }
    assert len(RULES) == len(set(RULES))
    assert set(RULES) == written
    assert all(rule.__doc__ for rule in RULES)
