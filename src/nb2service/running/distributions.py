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


def distribution(module: str) -> str:
    """The name to install so that `import module` works."""
    top = module.partition(".")[0]
    return DISTRIBUTIONS.get(top, top)
