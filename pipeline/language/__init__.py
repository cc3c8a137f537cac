"""What counts as the same word. Every list of words stands here once, as data with its source."""
