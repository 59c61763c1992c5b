# refused_two_models.ipynb, cell 3: the marked cell gives 2 answers: one.predict, two.predict. A service gives one: put one of these lines in place of the mark.
#     #| predict: -> a
#     #| predict: -> b
