"""The only code with processes, codecs and models: argv and samples, no message about quotes."""
