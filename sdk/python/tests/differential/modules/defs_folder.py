"""A project with a defs folder."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "project", "src"))

from team.definitions import defs  # noqa: F401
