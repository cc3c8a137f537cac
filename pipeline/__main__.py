"""`python -m pipeline` is `ourwords`."""

import sys

from pipeline.cli.main import main

sys.exit(main())
