"""LibreOffice without a window, where `make packages` could install it: what an office that has no Excel sees."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PDFTOPPM = shutil.which("pdftoppm")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: make packages")
WRITER = SOFFICE is not None and Path(SOFFICE).resolve().with_name("libswlo.so").is_file()
needs_writer = pytest.mark.skipif(not WRITER, reason="LibreOffice Writer is not installed: make packages")
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""One file a sheet, in UTF-8, the values as they are and not as they are shown."""


def converted(path: Path, to: str, into: Path) -> Path:
    """The same document in another form. Each run has a profile of its own, so that two may run at once."""
    assert SOFFICE is not None
    with tempfile.TemporaryDirectory() as profile:
        command = [SOFFICE, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", to]
        subprocess.run([*command, "--outdir", into, path], check=True, capture_output=True, timeout=180)
    return into / f"{path.stem}.{to.partition(':')[0]}"
