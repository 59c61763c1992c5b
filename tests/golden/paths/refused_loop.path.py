# refused_loop.ipynb, cell 3, line 2: model.predict stands in a loop, so it is many answers. Train the model to serve in a cell of its own, predict with it below, and mark that.
