"""People look, answer and comment."""
