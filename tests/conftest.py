"""Loads the harness for every test below."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "harness"))

pytest_plugins = ["pytest_iotcpd"]
