"""Writes requirements.txt: what requirements.in needs, with the hash of each wheel that pip takes for it. Needs PyPI.

`python3 tools/sdk/pin.py`, with CPython 3.11 or later.
"""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
VERSIONS = ["3.11", "3.12", "3.13", "3.14"]
PLATFORMS = ["manylinux2014_x86_64", "manylinux2014_aarch64", "macosx_14_0_arm64", "macosx_14_0_x86_64"]


def wheels(python, platform):
    options = ["--dry-run", "--quiet", "--disable-pip-version-check", "--ignore-installed", "--only-binary", ":all:"]
    where = ["--python-version", python, "--platform", platform, "--target", "unused", "--report", "-"]
    command = [sys.executable, "-m", "pip", "install", *options, *where, "-r", FOLDER / "requirements.in"]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    for wheel in found["install"]:
        name, version = wheel["metadata"]["name"], wheel["metadata"]["version"]
        yield f"{name.lower()}=={version}", wheel["download_info"]["archive_info"]["hashes"]["sha256"]


def main():
    pins = {}
    for python in VERSIONS:
        for platform in PLATFORMS:
            for pin, digest in wheels(python, platform):
                pins.setdefault(pin, set()).add(digest)
    lines = [" \\\n    ".join([pin, *(f"--hash=sha256:{one}" for one in sorted(pins[pin]))]) for pin in sorted(pins)]
    head = f"# Written by pin.py, for CPython {VERSIONS[0]} to {VERSIONS[-1]} on Linux (glibc) and macOS.\n"
    (FOLDER / "requirements.txt").write_text(head + "\n".join(lines) + "\n")


main()
