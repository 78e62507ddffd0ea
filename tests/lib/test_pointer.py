"""Where something stands in a JSON document."""

import pytest

from smbcases.lib.pointer import pointer


@pytest.mark.parametrize(
    ("path", "written"),
    [([], ""), (["data", "carr"], "/data/carr"), ([3, ""], "/3/"), (["a/b", "c~d", "~1"], "/a~1b/c~0d/~01")],
)
def test_a_path_is_written_as_the_rfc_says(path: list[str | int], written: str) -> None:
    assert pointer(path) == written
