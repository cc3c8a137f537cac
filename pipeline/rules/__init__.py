"""Judges: one function a rule, citing its source. They import the model and nothing else."""
