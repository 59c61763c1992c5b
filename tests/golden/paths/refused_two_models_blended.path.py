# refused_two_models_blended.ipynb, cell 3: the marked cell gives 2 answers: model.predict, other.predict. A service gives one: put one of these lines in place of the mark.
#     #| predict: X -> first
#     #| predict: X -> second
#     #| predict: X -> blend
