"""Clips for workshops: which quotes, made how, in a pack that is safe to carry away."""
