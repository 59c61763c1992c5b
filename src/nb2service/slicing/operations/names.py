"""The forms that preparation takes in notebooks, by the names of functions and methods.

What works row by row stays code; what looks across rows and gives a value is frozen; what only picks
rows is nothing to do for one row; what looks across rows and gives rows again cannot be served.
"""

# Methods and functions that make one value of many rows. Along a row (axis=1) they work row by row.
AGGREGATES = frozenset(
    {"mean", "median", "mode", "sum", "max", "min", "std", "var", "quantile", "nunique", "unique"}
    | {"value_counts", "describe", "corr", "cov", "skew", "kurt", "kurtosis", "count", "idxmax"}
    | {
        "idxmin",
        "prod",
        "agg",
        "aggregate",
        "size",
        "sem",
        "mad",
        "percentile",
        "nanmean",
        "average",
    }
    | {"nanmedian", "nanstd", "nanmax", "nanmin", "amax", "amin", "ptp", "to_dict", "keys", "items"}
    | {"bincount", "histogram", "set", "sorted", "any", "all", "nanpercentile", "items", "info"}
)
# Names of the columns, and what else is the same for every request.
FIXED = frozenset({"columns", "dtypes"})
# Methods that look across rows and give rows: no single row can be prepared so.
ACROSS = frozenset(
    {"rank", "cumsum", "cumprod", "cummax", "cummin", "cumcount", "shift", "diff", "pct_change"}
    | {
        "rolling",
        "expanding",
        "ewm",
        "interpolate",
        "ffill",
        "bfill",
        "pad",
        "backfill",
        "resample",
    }
    | {"duplicated", "pivot", "pivot_table", "melt", "stack", "unstack", "explode", "factorize"}
    | {"groupby", "fit_resample", "cumulative_sum", "gradient", "argsort", "transpose"}
)
# Picking rows, whatever they hold; and by what they hold.
PICKS = frozenset({"sample", "head", "tail", "take", "shuffle", "permutation"})
PICKS_BY_CONTENT = frozenset(
    {"dropna", "drop_duplicates", "query", "nlargest", "nsmallest", "truncate", "compress"}
    | {"sort_values", "sort_index"}
)
# What holds rows beside their labels, for a model that wants them so: `xgb.DMatrix(X, label=y)`.
HOLDERS = frozenset({"DMatrix", "Pool"})
# Transformers that learn nothing from the rows that they are fitted to.
STATELESS = frozenset({"PolynomialFeatures", "Normalizer", "Binarizer", "HashingVectorizer"})
SPLITS = frozenset({"train_test_split"})
# Methods of tables that are given as they are wanted.
KEEPS_COLUMNS = frozenset(
    {"copy", "fillna", "replace", "round", "clip", "abs", "applymap", "map", "where", "mask"}
    | {"reset_index", "infer_objects", "convert_dtypes", "sort_index", "sort_values", "isnull"}
    | {"isna", "notnull", "notna"}
)
FITS = frozenset({"fit", "fit_transform", "partial_fit", "fit_predict"})
EVALUATIONS = frozenset({"fit", "partial_fit", "fit_generator"})
