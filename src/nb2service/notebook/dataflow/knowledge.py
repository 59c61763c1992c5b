"""Knowledge: what the functions and methods that notebooks use do to what they are given.

Data alone. A function of a library that stands nowhere here may change all that it is given, and so
may a method whose name stands nowhere here.
"""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Libraries whose functions and objects leave their arguments as they are, but for `CHANGES`.
TRUSTED = words("""
    numpy pandas scipy sklearn statsmodels matplotlib seaborn plotly altair bokeh pylab mpl_toolkits
    xgboost lightgbm catboost imblearn category_encoders mlxtend yellowbrick shap lime eli5 missingno
    wordcloud folium torch torchvision torchaudio tensorflow keras transformers sentence_transformers
    datasets tokenizers nltk spacy gensim textblob langdetect cv2 PIL skimage imageio math cmath
    statistics random re string json csv pickle joblib dill cloudpickle os sys io pathlib glob shutil
    tempfile time datetime calendar zoneinfo dateutil pytz itertools functools operator collections
    copy typing types enum dataclasses abc warnings logging contextlib inspect textwrap pprint hashlib
    base64 zlib gzip bz2 zipfile tarfile uuid secrets decimal fractions numbers array struct threading
    multiprocessing concurrent subprocess platform traceback gc urllib requests http html xml bs4 lxml
    sqlite3 sqlalchemy tqdm IPython ipywidgets google kaggle kagglehub openml boto3 pyarrow polars dask
    networkx prophet pmdarima tsfresh sktime lifelines optuna hyperopt skopt numba cupy jax flax patsy
    pycaret umap hdbscan onnx onnxruntime skl2onnx mlflow wandb pandas_profiling ydata_profiling
    sweetviz geopandas shapely emoji unidecode contractions mpmath sympy attr pydantic tabulate
    builtins __future__ locale bisect heapq weakref ast difflib unicodedata codecs getpass argparse
    importlib ngboost librosa soundfile rapidfuzz torchmetrics pytorch_lightning timm h5py openpyxl
    squarify researchpy pingouin phik plotnine holoviews graphviz yaml toml tomllib
""")

# Libraries whose objects are pictures: a method changes the picture, never the data in it.
DRAWING = words(
    "plotly matplotlib seaborn altair bokeh pylab mpl_toolkits holoviews folium plotnine"
)

# Functions of libraries -> which of their arguments they change, by position.
CHANGES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(
        words("""
            numpy.copyto numpy.put numpy.place numpy.putmask numpy.fill_diagonal
            numpy.put_along_axis numpy.random.shuffle random.shuffle bisect.insort
            bisect.insort_left bisect.insort_right heapq.heappush heapq.heappop heapq.heapify
            heapq.heapreplace heapq.heappushpop operator.setitem operator.delitem operator.iadd
            operator.isub operator.imul operator.iconcat functools.update_wrapper
            pickle.load json.load csv.reader dill.load
        """),
        (0,),
    ),
    **dict.fromkeys(
        words("json.dump pickle.dump joblib.dump dill.dump cloudpickle.dump yaml.dump toml.dump"),
        (1,),
    ),
}
# Functions of NumPy -> the place of `out`, which may be given by position; methods are called on the first.
OUT = {
    **dict.fromkeys(
        words("""
            negative positive absolute abs fabs rint sign conj conjugate exp exp2 log log2 log10 expm1
            log1p sqrt square cbrt reciprocal sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh
            arccosh arctanh degrees radians deg2rad rad2deg invert logical_not isfinite isinf isnan
            signbit floor ceil trunc spacing modf
        """),
        1,
    ),
    **dict.fromkeys(
        words("""
            add subtract multiply matmul divide true_divide floor_divide power float_power remainder
            mod fmod divmod logaddexp maximum minimum fmax fmin arctan2 hypot bitwise_and bitwise_or
            bitwise_xor left_shift right_shift greater greater_equal less less_equal not_equal equal
            logical_and logical_or logical_xor copysign nextafter heaviside gcd lcm dot around round
            round_ max min amax amin concatenate median all any argmax argmin choose
        """),
        2,
    ),
    **dict.fromkeys(
        words("clip take sum cumsum prod cumprod mean std var trace compress nansum nanmean"), 3
    ),
}
# The same for all functions whose full name begins so.
CHANGES_FIRST = ("torch.nn.init.", "torch.nn.utils.clip_grad")

# Functions that give what they are given, or a part or a view of it.
SAME = words("""
    numpy.asarray numpy.asanyarray numpy.ascontiguousarray numpy.asfortranarray numpy.ravel
    numpy.reshape numpy.squeeze numpy.transpose numpy.swapaxes numpy.moveaxis numpy.rollaxis
    numpy.atleast_1d numpy.atleast_2d numpy.atleast_3d numpy.expand_dims numpy.broadcast_to
    numpy.broadcast_arrays numpy.diagonal numpy.diag numpy.real numpy.imag numpy.split
    numpy.array_split numpy.hsplit numpy.vsplit numpy.flip numpy.fliplr numpy.flipud numpy.rot90
    numpy.nditer numpy.frombuffer numpy.ma.asarray numpy.matrix numpy.asmatrix
    numpy.lib.stride_tricks.as_strided numpy.lib.stride_tricks.sliding_window_view
    pandas.DataFrame pandas.Series pandas.Index pandas.array torch.from_numpy torch.as_tensor
    torch.reshape torch.squeeze torch.unsqueeze torch.transpose torch.flatten operator.getitem
    sklearn.utils.check_array sklearn.utils.check_X_y sklearn.utils.validation.check_array
    sklearn.utils.column_or_1d scipy.sparse.csr_matrix scipy.sparse.csc_matrix itertools.chain
    itertools.islice itertools.cycle itertools.tee functools.reduce tqdm.tqdm tqdm.notebook.tqdm
    tqdm.auto.tqdm typing.cast random.choice
""")

# Builtin functions that leave what they are given; those of SAME_BUILTINS give parts of it.
PURE_BUILTINS = words("""
    abs all any ascii bin bool bytearray bytes callable chr complex divmod display float format
    frozenset getattr hasattr hash hex id input int isinstance issubclass len memoryview object oct
    open ord pow print range repr round slice str type vars dict enumerate filter iter list map max
    min reversed set sorted sum super tuple zip dir exit quit help __import__ classmethod
    staticmethod property get_ipython compile locals globals
""")
SAME_BUILTINS = words("""
    dict enumerate filter iter list map max min reversed set sorted sum tuple zip getattr vars
    memoryview frozenset
""")
SCALAR_BUILTINS = words("""
    all any ascii bin bool bytes callable chr complex float format hasattr hash hex id int isinstance
    issubclass len oct ord print range repr str input dir display
""")

# Methods that change what they are called on at its own level, and let it hold what they are given.
PUTS = words("""
    append extend insert add update setdefault appendleft extendleft push put put_nowait add_pipe
    add_module register_buffer register_parameter add_edge add_node add_edges_from add_nodes_from
    set set_params writerow writerows write writelines __setitem__ __setattr__ __iadd__ itemset
    intersection_update difference_update symmetric_difference_update subtract
""")
# Methods that change what they are called on, and all that it holds: a pipeline its steps.
CHANGES_SELF = words("""
    remove pop popitem popleft clear sort reverse discard fill resize partition setflags byteswap
    rotate seek truncate close read readline readlines __delitem__ __delattr__ shuffle
    fit partial_fit fit_transform fit_predict fit_resample fit_sample fit_generator fit_on_texts
    fit_one_cycle train train_on_batch compile load_model load_weights load_state_dict build_vocab
    adapt build train_model step backward zero_grad requires_grad_ cuda cpu to eval
    random randint rand randn normal uniform integers choice permutation permuted standard_normal
    binomial poisson exponential gamma beta multinomial multivariate_normal random_sample seed
    set_state setstate jumped spawn gauss randrange choices triangular lognormal optimize tell
    reset reset_states set_weights minimize apply_gradients refit __next__ execute executemany commit
""")
# Methods after which a model has learnt something else.
FITS = words("fit partial_fit fit_transform fit_predict")
# Methods that give what they are called on, or a part or a view of it.
SAME_METHODS = words("""
    reshape ravel squeeze view transpose swapaxes get values items keys diagonal __getitem__ __iter__
    __enter__ iterrows itertuples iteritems groupby rolling expanding resample ewm xs pipe to_numpy
    to_frame to_list tolist parameters named_parameters children modules get_layer get_group unsqueeze
    permute expand detach numpy contiguous narrow get_booster infer_objects set_flags head tail
    to_dict to_records todense toarray tocsr tocsc __array__
""")
# Methods that leave what they are called on and what they are given, and make something new.
PURE_METHODS = words("""
    abs add_prefix add_suffix agg aggregate align all any apply applymap argmax argmin argsort asfreq
    asof assign astype autocorr backfill between bfill bool boxplot capitalize casefold cat ceil center
    clip combine combine_first compare compress conj contains convert_dtypes copy corr corrwith count
    cov cummax cummin cumprod cumsum cumcount cut decode decision_function decision_path describe diff
    difference div divide dot drop drop_duplicates droplevel dropna dump dumps duplicated encode
    endswith eq equals evaluate explode extract extractall factorize ffill fillna filter find findall
    finditer first first_valid_index flatten floor floordiv format ge get_booster_params get_config
    get_dummies get_dump get_feature_names get_feature_names_out get_fscore get_indexer get_level_values
    get_loc get_n_splits get_params get_score get_support get_weights groups group groupdict gt hist
    idxmax idxmin index info interpolate intersection inverse_transform isalnum isalpha isdecimal
    isdigit isdisjoint isin islower isna isnull isnumeric isocalendar isoformat isspace issubset
    issuperset istitle isupper item join json kneighbors kurt kurtosis last last_valid_index le ljust
    loads log lower lstrip lt mad map mask match max mean median melt memory_usage merge min mod mode
    month_name day_name mul multiply ne ngroup nlargest nonzero normalize notna notnull nsmallest nth
    nunique pad pct_change pivot pivot_table plot pow predict predict_classes predict_generator
    predict_log_proba predict_on_batch predict_proba prod product ptp quantile query radd rank rdiv
    reindex reindex_like remove_categories remove_unused_categories rename rename_axis
    rename_categories reorder_categories reorder_levels repeat replace reset_index rfind rindex rjust
    rmul round rpartition rsplit rstrip rsub sample savefig save save_model save_pretrained
    save_weights score score_samples search searchsorted select_dtypes sem set_axis set_categories
    set_index shift show size skew slice sort_index sort_values split splitlines sqrt stack
    staged_predict startswith std strftime strip strptime style sub subn sum summary summary2 swapcase
    swaplevel symmetric_difference take test tight_layout title to_clipboard to_csv to_datetime
    to_excel to_feather to_hdf to_html to_json to_latex to_markdown to_parquet to_period to_pickle
    to_pydatetime to_sql to_string to_timestamp tobytes total_seconds trace transform translate truediv
    tz_convert tz_localize union unique unstack upper value_counts var wait where zfill hexdigest
    digest timetuple timestamp date time weekday isoweekday fullmatch start end span exists is_file
    is_dir read_text read_bytes iterdir glob rglob with_suffix with_name resolve absolute as_posix
    joinpath mkdir forecast get_forecast get_prediction conf_int plot_diagnostics most_common
    texts_to_sequences texts_to_matrix lemmatize stem tokenize most_similar similarity state_dict
    matmul mm softmax sigmoid tanh relu topk exp add_categories as_ordered as_unordered cross_validate
    get_metadata num_boosted_rounds num_trees dump_model model_to_string trees_to_dataframe
    set_title set_xlabel set_ylabel set_xticks set_yticks set_xticklabels set_yticklabels set_xlim
    set_ylim legend grid annotate text imshow bar barh scatter pie axhline axvline countplot
    background_gradient highlight_max set_precision get_figure add_subplot colorbar bar_label
""") - words("get_booster_params")

# Keywords with which whatever is called changes what it is called on, or what the keyword is given.
IN_PLACE = words("inplace overwrite_x overwrite_a overwrite_b overwrite_input")
# Keywords with which, being False, what was given is handed on or written over.
COPIES = words("copy copy_X copy_x")

# Attributes that are no part of what they are asked of: numbers, texts, names that cannot be changed.
SCALARS = words("""
    shape size ndim dtype dtypes empty itemsize nbytes __name__ __doc__ __version__ n_features_in_
    best_score_ n_iter_
""")

# Calls that end what runs.
LEAVES = words("sys.exit exit quit os._exit os.abort")
# How the names of functions begin that only look whether something holds: `numpy.testing.assert_equal`.
CHECKS = "assert"
