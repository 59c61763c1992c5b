"""Drop-ins: methods that answer as an estimator's own, bit by bit, and faster.

A drop-in stands before one method of one loaded value and answers what it knows to answer; everything
else the value's own method answers, as if nothing stood there: other types, shapes or columns,
keywords, a model that was fitted again. So it never checks what a caller did wrong.

`kinds/` has a file for each kind, found by lying there. Extraction copies the files into the service
that uses them; they import the standard library and, when they are called, the model's own libraries.
A kind has

    NAME        the module's own name
    claims      whether it knows this value
    compiled    what it answers faster: {method: function of the rows}; the function returns HAND_OVER
                for what it does not know
    WATCHED     the attributes whose change makes it stand aside
    edges       numbers at which answers change: {column: numbers}, tried in the proof
    HOLDS       whether values within may have drop-ins of their own; no, unless it says so

and may raise UnfitError in `compiled`. A kind is taken for a method only if the proof found it equal.
"""
