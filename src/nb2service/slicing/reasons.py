"""Why there is no path from an input: every reason, its words, and its row in docs/bare-cells.md."""

from enum import Enum

_OF_RECORD = "it is computed of the one record of a sample"


class Reason(Enum):
    """A reason. Its value is its words, with `{}` for what it is said of, and its row of the docs."""

    def __init__(self, words: str, row: str) -> None:
        self.words, self.row = words, row

    # The input is not on the way to the answer.
    NOT_FROM_INPUT = ("the answer does not come from it", "the answer does not come from it")
    NOT_DEPENDENT = ("it does not depend on the input", "the answer does not come from it")
    OTHER_SOURCE = ("`{}` does not come from it", "the answer does not come from it")
    # It is computed of many rows.
    ACROSS = ("{} looks across the rows", "it looks across the rows")
    FILLED_BY_NEIGHBOURS = ("fillna(method=…) looks at other rows", "it looks across the rows")
    BINS_OF_ALL = ("{} finds its bins in all rows", "it looks across the rows")
    FITS_EACH_COLUMN = ("it fits each column anew", "it looks across the rows")
    ACROSS_ANSWERS = (
        "`{}` is computed of the answers of many rows",
        "it is computed of the answers of many rows",
    )
    LABEL_OF_OTHERS = (
        "`{}` looks at the label of other rows",
        "it looks at the label of other rows",
    )
    SPLIT_WHOLE = ("`{}` is not unpacked into names", "rows of several tables are put together")
    STACKED = (
        "{} puts rows of several tables together",
        "rows of several tables are put together",
    )
    # It is computed of one record.
    FITS_RECORD = ("it fits anew to this one record", _OF_RECORD)
    BINS_OF_RECORD = ("{} finds its bins in this one record", _OF_RECORD)
    DUMMIES_OF_RECORD = ("get_dummies gives only columns of this one record's values", _OF_RECORD)
    CATEGORIES_OF_RECORD = ("its categories are those of this one record", _OF_RECORD)
    BRANCH_OF_RECORD = ("which of its statements run depends on this one record", _OF_RECORD)
    WRITTEN_INTO_RECORD = ("it gives this one record a value that is written there", _OF_RECORD)
    OTHER_PARTS = (
        "`{}` comes from the same record, and would stay as it is in the example",
        _OF_RECORD,
    )
    OTHER_SAMPLE = (
        "`{}` asks about a record that is written there, too, and would stay as it is",
        _OF_RECORD,
    )
    NOT_ONE_VALUE = ("it takes one row only, and does not answer with one value", _OF_RECORD)
    # The run does not tell enough.
    FITS_NOTHING = ("fits nothing", "the run does not tell enough")
    FIT_NOT_SEEN = ("what it fitted was not seen", "the run does not tell enough")
    VALUE_NOT_SEEN = ("the value of `{}` was not seen", "the run does not tell enough")
    CATEGORIES_NOT_SEEN = (
        "the categories of get_dummies were not seen",
        "the run does not tell enough",
    )
    NEW_COLUMNS_NOT_SEEN = ("its new columns were not seen", "the run does not tell enough")
    RENAMING_NOT_SEEN = (
        "its columns before and after the renaming were not seen",
        "the run does not tell enough",
    )
    # The statement does not say which columns or rows it is about.
    SELECTS_NO_NAMES = (
        "the columns that it selects are no plain names",
        "no name of a column tells what it does",
    )
    COLUMNS_BY_ROWS = (
        "its columns depend on the rows",
        "no name of a column tells what it does",
    )
    SETS_UNNAMED = (
        "it sets what no name of a column tells",
        "no name of a column tells what it does",
    )
    CHANGES_UNNAMED = (
        "it changes what no name of a column tells",
        "no name of a column tells what it does",
    )
    DROPS_UNNAMED = (
        "it drops what no name of a column tells",
        "no name of a column tells what it does",
    )
    COLUMNS_ALIKE = (
        "two of its columns have the same name",
        "no name of a column tells what it does",
    )
    MORE_THAN_NEEDED = (
        "its rows hold more than the answer needs",
        "no name of a column tells what it does",
    )
    SEVERAL_NAMES = (
        "`{}` gives several names at once",
        "no name of a column tells what it does",
    )
    ROWS_BY_PLACE = (
        "it sets single rows by their place",
        "single rows are set by their place",
    )
    BY_CONTENT = (
        "it drops rows in a way that no row alone can be asked about",
        "rows are dropped by what they hold",
    )
    TRIMMED = (
        "rows are dropped by their place in an order of all rows",
        "rows are dropped by what they hold",
    )
    OTHER_BRANCH = (
        "it stands in a branch that other rows may take",
        "other rows may take another branch",
    )
    STOPS_UNFOLLOWED = (
        "it may stop at some rows, and which these are was not followed",
        "it may stop at rows in a way that was not followed",
    )
    # Loops.
    LOOP = ("a loop makes it that cannot be written down", "a loop builds it up")
    BUILT_UP = ("`{}` builds it up row by row", "a loop builds it up")
    NOT_WRITABLE = ("it cannot be written down", "a loop builds it up")
    UNFOLLOWED = (
        "it may change it in a way that cannot be followed",
        "something changes it in a way that was not followed",
    )
    # What a name means by the end.
    CHANGED_LATER = (
        "`{}` gets another value later, and what it held was not kept",
        "a function means something else by the end",
    )
    DEFINED_ANEW = ("`{}` is defined anew later", "a function means something else by the end")
    USES_CHANGED = (
        "`{}` uses `{}`, which gets another value later",
        "a function means something else by the end",
    )

    @property
    def elsewhere(self) -> bool:
        """Whether it says nothing of the way: the input is simply not on it."""
        return self in (Reason.NOT_FROM_INPUT, Reason.NOT_DEPENDENT, Reason.OTHER_SOURCE)
