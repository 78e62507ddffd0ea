from pathlib import Path

import pytest

from smbcases.embedded import procfile


def test_a_variable_with_spaces_stays_one_word(tmp_path: Path):
    file = tmp_path / "Procfile"
    file.write_text("# ours\n\nbeat: celery beat --schedule $DATA_DIR/beat --pidfile=\n")
    (beat,) = procfile.read(file, environment={"DATA_DIR": "/with a space"})
    assert beat.name == "beat"
    assert beat.command == ["celery", "beat", "--schedule", "/with a space/beat", "--pidfile="]
    assert beat.folder == tmp_path


@pytest.mark.parametrize("line", ["no command", "web:", "web: serve --port $PROT"])
def test_a_line_that_cannot_run_is_named(tmp_path: Path, line: str):
    file = tmp_path / "Procfile"
    file.write_text(line)
    with pytest.raises(procfile.BadProcfile, match="Procfile"):
        procfile.read(file, environment={"PORT": "8000"})
