"""`python -m ballast`."""

import sys

from ballast_cli.main import main

sys.exit(main())
