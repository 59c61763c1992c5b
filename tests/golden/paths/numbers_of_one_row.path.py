# input: house@3, 1 rows of 1
# columns: area, rooms
# not from houses@1 (line 5): TypeError: float() argument must be a string or a real number, not 'Series' (cell 3: area = float(house['area'].iloc[0]))
def predict(house):
    """`prediction` of cell 3 for rows of `house` as cell 3 makes it."""
    area = float(house["area"].iloc[0])
    prediction = model.predict(np.array([[area, house["rooms"].values[0]]]))
    return prediction[0]
