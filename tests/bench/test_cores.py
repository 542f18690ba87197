"""Going before others works with and without autogroups."""

import pytest

from benchlib import cores


@pytest.fixture
def autogroup(tmp_path, monkeypatch):
    """The file that tells and takes the niceness of this process's autogroup."""
    file = tmp_path / "autogroup"
    monkeypatch.setattr(cores, "AUTOGROUP", str(file))
    return file


def test_the_niceness_of_the_group_is_put_back(autogroup):
    autogroup.write_text("/autogroup-123 nice 7\n", encoding="ascii")
    with cores.favoured():
        pass
    assert autogroup.read_text(encoding="ascii") == "7\n"


def test_a_process_in_no_group_is_favoured_without(autogroup):
    autogroup.write_text("", encoding="ascii")
    with cores.favoured():
        pass
    assert autogroup.read_text(encoding="ascii") == ""


def test_a_kernel_without_groups_is_no_error(autogroup):
    with cores.favoured():
        pass
    assert not autogroup.exists()
