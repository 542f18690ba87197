"""The fixture of the tests that write histories themselves."""

import pytest

from by_hand import Files


@pytest.fixture
def files(tmp_path):
    """A Files in a folder of the test's own."""
    return Files(tmp_path)
