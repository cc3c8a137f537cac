"""ourwords: from interviews and approved quotes to a captioned training film.

The promise under everything: no frame and no word leaves it that its contributor has not
approved for that use. Read `flow.py` first: it is the whole film being made, one line a stage.
"""

__version__ = "0.1.0"
