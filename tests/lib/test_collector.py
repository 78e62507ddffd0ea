"""The garbage collector rests while a set is worked on."""

import gc

import pytest

from smbcases.lib.collector import resting


def test_rests_and_goes_on_afterwards():
    with resting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_goes_on_when_the_work_failed():
    with pytest.raises(ValueError, match="broken"), resting():
        raise ValueError("broken")
    assert gc.isenabled()


def test_is_left_off_where_somebody_else_has_switched_it_off():
    gc.disable()
    try:
        with resting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
