"""Wall clocks of a storm's own, one for each part, which can be set while the part runs."""

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("wall_clock.c")


def build_library(folder: Path) -> str | None:
    """Return the path of the preloaded library, or None if there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    path = folder / "wall_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", path, SOURCE, "-ldl"], check=True)
    return str(path)


class Clocks:
    """The clocks of the parts, each in a file that the part's processes read to get the time."""

    def __init__(self, folder: Path, library: str) -> None:
        self._folder, self._library = folder, library

    def env(self, part: str) -> dict[str, str]:
        """Return the environment for a process that uses the clock of a part."""
        self.set(part, 0)
        return {"LD_PRELOAD": self._library, "WALL_CLOCK": str(self._folder / part)}

    def set(self, part: str, ahead_s: int) -> None:
        """Set a part's clock `ahead_s` seconds ahead of the true time."""
        new = self._folder / f"{part}.new"
        new.write_text(f"{ahead_s}\n", encoding="ascii")
        new.chmod(0o644)
        new.replace(self._folder / part)
