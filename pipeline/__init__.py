"""ourwords: from interviews and approved quotes to a captioned training film.

The promise under everything: no frame and no word leaves it that its contributor has not
approved for that use. Read `film.py` first: it is the whole film being made, one line a stage.
"""

import os

__version__ = "0.1.0"

SENDS_NOTHING = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""What libraries are told before any of them is imported, in this process and in all that it starts.

onnxruntime looks up a host of its makers otherwise; its own `disable_telemetry_events()` comes too late.
"""

os.environ.update(SENDS_NOTHING)
