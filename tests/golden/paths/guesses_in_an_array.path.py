# input: houses@2, 40 rows of 40
# columns: area, rooms, city
# not from houses@1 (line 5): a row unlike the others gives another `houses` alone than among them (cell 2: houses.loc[houses.index % 7 == 3, 'area'] = np.nan)
# or #| predict: X@3 -> prediction
# guesses_2: guesses
# guesses_3: guesses
# guesses_4: guesses
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as line 2 of cell 2 makes it."""
    houses = houses.copy()
    # cell 2
    houses.loc[houses["area"].isnull() & (houses["city"] == "Bonn"), "area"] = guesses_2[0]
    houses.loc[houses["area"].isnull() & (houses["city"] == "Kiel"), "area"] = guesses_3[1]
    houses.loc[houses["area"].isnull() & (houses["city"] == "Ulm"), "area"] = guesses_4[2]
    # cell 3
    X = houses[["area", "rooms"]]
    # cell 4
    return model.predict(X)
