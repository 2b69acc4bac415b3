"""Make `.venv` and install the pinned requirements, unless that is done already.

Run as a script by any Python ≥ 3.11 (`python3 -I oms/run/install.py app dev`), before anything is
installed: only the standard library may be imported here.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
NO_VENV = """\
This Python can not make virtual environments and there is no pip to fall back on.
On Debian or Ubuntu: apt-get install python3-venv"""


def main(groups: list[str]) -> None:
    """Bring `.venv` to what `requirements/<group>.txt` of these groups ask for."""
    _use_a_new_enough_python()
    stamp = VENV / f".installed-{'-'.join(groups)}"
    wanted = _fingerprint(groups)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    if not _venv_works():
        _make_venv()
    _pip_install(groups)
    stamp.write_text(wanted)


def _use_a_new_enough_python() -> None:
    """Start again under a newer interpreter where `python3` is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if found := shutil.which(name):
            os.execv(found, [found, "-I", __file__, *sys.argv[1:]])
    sys.exit(f"Throughline needs Python {'.'.join(map(str, OLDEST))} or newer; this is {sys.version.split()[0]}.")


def _fingerprint(groups: list[str]) -> str:
    """What the installation depends on: the lists, the pins, and where the environment stands."""
    digest = hashlib.sha256(f"{VENV} {' '.join(groups)}".encode())
    for name in (*groups, "constraints"):
        digest.update((ROOT / "requirements" / f"{name}.txt").read_bytes())
    return digest.hexdigest()


def _venv_works() -> bool:
    """Whether `.venv` is whole: a moved, copied or half-made one is made again."""
    if not PYTHON.exists() or subprocess.run([PYTHON, "-I", "-c", ""], capture_output=True).returncode != 0:
        return False
    # Its programs name the place they were made for, so that a moved one runs the wrong Python, or none.
    lines = (VENV / "pyvenv.cfg").read_text().splitlines()
    made_by = next((line for line in lines if line.startswith("command = ")), None)
    return made_by is None or made_by.endswith(str(VENV))


def _make_venv() -> None:
    _say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    # Debian ships venv without pip in it; the pip of the system can then fill the environment.
    with_pip = subprocess.run([sys.executable, "-I", "-c", "import ensurepip"], capture_output=True).returncode == 0
    if with_pip:
        subprocess.run([sys.executable, "-I", "-m", "venv", str(VENV)], check=True)
        return
    if subprocess.run([sys.executable, "-I", "-m", "pip", "--version"], capture_output=True).returncode != 0:
        sys.exit(NO_VENV)
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", str(VENV)], check=True)


def _pip_install(groups: list[str]) -> None:
    """Install quietly, with one line of progress; pip's own words only when it fails."""
    _say("installing the pinned packages (the first time takes a minute or two)")
    inside = subprocess.run([PYTHON, "-I", "-m", "pip", "--version"], capture_output=True).returncode == 0
    pip = [PYTHON, "-m", "pip"] if inside else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    lists = [part for group in groups for part in ("-r", f"requirements/{group}.txt")]
    # The variable, and not only -c, because it replaces a constraint the machine's own pip.conf may set.
    # The path is relative, since pip splits the variable at spaces.
    environment = {**os.environ, "PIP_CONSTRAINT": "requirements/constraints.txt"}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    process = subprocess.Popen(
        [*pip, "install", "--progress-bar", "off", *lists],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    output = []
    for line in process.stdout:
        output.append(line)
        if sys.stdout.isatty() and line.startswith("Collecting "):
            print(f"\r\033[K  {line.split()[1]}", end="", flush=True)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if process.wait() != 0:
        sys.exit("".join(output[-40:]) + "\nInstalling the requirements failed; what pip said is above.")


def _say(text: str) -> None:
    print(f"install  {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["app"])
    except KeyboardInterrupt:
        sys.exit(130)
