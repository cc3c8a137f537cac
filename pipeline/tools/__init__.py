"""Hands: ffmpeg, recognisers, the aligner, cards. The only rooms with processes, codecs or models."""
