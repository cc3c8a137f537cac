"""What was recorded, by whom, of whom, on which clock: facts of a file, or of two clocks. No words."""
