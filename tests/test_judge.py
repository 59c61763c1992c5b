"""Which failure is blamed."""

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.judge import Judge
from nb2service.look import look
from nb2service.running.failures import Failure
from support import MakeNotebook

LIBRARIES = "import seaborn as sns\nsns.set()\nw = 2"
PREDICT = "#| predict\ndef predict(a):\n    return a + w"


def test_the_import_that_left_a_name_without_a_value(make_notebook: MakeNotebook) -> None:
    looked = look(make_notebook(LIBRARIES, PREDICT, "predict(1)"))
    cell = looked.notebook.cells[0]
    judge = Judge(looked.scope, looked.mark, looked.callers, "/env/bin/python")
    text = "No module named 'seaborn'"
    judge.hear([Failure(cell, 1, "ModuleNotFoundError", text, went_on=True)])
    with pytest.raises(Nb2serviceError) as raised:
        judge.hear([Failure(cell, 2, "NameError", "name 'sns' is not defined")])
    said = str(raised.value)
    assert "cell 1, line 1: the cell fails, and what is served needs `w` of it" in said
    assert "import seaborn as sns\n    ModuleNotFoundError: No module named 'seaborn'" in said
    assert "-m pip install seaborn" in said
