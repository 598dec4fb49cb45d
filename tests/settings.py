"""The house's settings, in a home of the tests' own, which is gone when they are over."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="firsthand-test-home-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["FIRSTHAND_HOME"] = _home
os.environ["FIRSTHAND_SECRET"] = "for tests alone"
os.environ["DJANGO_SETTINGS_MODULE"] = "firsthand.app.settings"  # what their processes use

from firsthand.app.settings import *  # noqa: F403 - all of them, once the home is set

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
