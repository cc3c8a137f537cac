"""`python -m pipeline` is `ourwords`."""

import sys

from pipeline.cli import main

sys.exit(main())
