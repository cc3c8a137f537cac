"""The film as people learn with it: one model, of which player, packages and guide are written."""
