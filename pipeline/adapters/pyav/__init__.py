"""PyAV: facts, pictures and samples of a file."""
