# refused_models_of_folds.ipynb, cell 3: cross_val_predict fits a model for each fold and keeps none, so there is none to serve. Fit one model on all rows, and mark the cell that predicts with it:
#     fitted = model.fit(houses[['rooms']], houses['price'])
#     y_pred = fitted.predict(houses[['rooms']])
