"""Nouns: frozen values with their invariants. Standard library and numpy only; no I/O."""
