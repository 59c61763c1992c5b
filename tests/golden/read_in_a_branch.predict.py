"""Extracted from read_in_a_branch.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
# Two features are read only where no call of the notebook came: behind a condition, and behind an `or`.
# They stay required. What nobody reads (`id`) is left out.
RATES = {"DE": 1.19, "FR": 1.2}


# cell 2, the marked one
def predict(payload):
    price = 2.0 * payload["age"] * RATES.get(payload["country"], 1.0)
    if payload["member"]:
        price *= 1 - payload.get("discount", 0.0)
    if payload["country"] == "DE" or payload["vip"]:
        price -= 1
    return {"price": price}
