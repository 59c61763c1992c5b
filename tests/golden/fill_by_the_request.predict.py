"""Extracted from fill_by_the_request.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""


# cell 2, the marked one
def predict(d):
    d = d.copy()
    for c in ["age", "balance"]:
        d[c] = d[c].fillna(d[c].median())
    return (d["age"] * 2 + d["balance"]).fillna(-1)
