"""Arguments in, text or JSON out: the only folder that prints."""
