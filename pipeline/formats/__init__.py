"""Languages: the model to and from text or bytes. No paths, no processes."""
