"""Recognisers, aligners and voice detection, and the weights they need."""
