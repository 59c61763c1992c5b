"""What is no more in today's libraries, and what to write instead."""

import pytest

from nb2service.running.removed import changes, replacement


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
