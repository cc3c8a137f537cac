"""Verbs: one stage a module, pure but for the hands it is given. No processes, no paths of its own."""
