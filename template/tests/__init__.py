"""Tests of the service. They read the contract and the recorded calls, whatever the model is."""
