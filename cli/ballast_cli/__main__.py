"""`python -m ballast_cli`, for a clone that was not installed."""

import sys

from ballast_cli.main import main

sys.exit(main())
