"""What was said, when and by whom: words with times and how sure. No quotes."""
