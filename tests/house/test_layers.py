"""Calls and foreign keys go down. The linter sees imports; a foreign key named by a string only shows in the models."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.house.layers import ROOT, relations_upward, the_house

LINT = Path(sys.executable).with_name("lint-imports")


def test_imports_go_down():
    ran = subprocess.run([LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "Calls go down KEPT" in ran.stdout


def test_the_linter_can_fail(tmp_path):
    """The control: the same linter and kind of contract, over a house of two rooms with one call upward."""
    for room, source in (("above", ""), ("below", "import toy.above\n")):
        (tmp_path / "toy" / room).mkdir(parents=True)
        (tmp_path / "toy" / room / "__init__.py").write_text(source)
    (tmp_path / "toy" / "__init__.py").touch()
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_package = toy\n"
        "[importlinter:contract:1]\nname = Down\ntype = layers\nlayers =\n    toy.above\n    toy.below\n"
    )
    ran = subprocess.run(
        [LINT, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert ran.returncode == 1
    assert "toy.below is not allowed to import toy.above" in ran.stdout


def test_relations_go_down():
    assert relations_upward(apps.get_models(include_auto_created=True), the_house()) == []


def test_every_app_of_ours_has_a_floor():
    house = the_house()
    ours = [config.name for config in apps.get_app_configs() if (ROOT / config.name.replace(".", "/")).is_dir()]
    assert [name for name in ours if house.room_of(name) is None] == []


def planted(name: str, module: str, **fields) -> type[models.Model]:
    """A model as if it stood in that room; use it inside `isolate_apps`, or Django keeps it."""
    meta = type("Meta", (), {"app_label": module.rpartition(".")[2]})
    return type(name, (models.Model,), {"__module__": f"{module}.models", "Meta": meta, **fields})


@pytest.mark.parametrize(
    ("room", "other", "found"),
    [
        ("oms.core", "orders", ["core.Pointing.target → orders.Planted"]),
        ("inventory", "orders", ["inventory.Pointing.target → orders.Planted"]),
        ("channels", "oms.webhooks", ["channels.Pointing.target → webhooks.Planted"]),
        ("fulfillment", "orders", []),
        ("orders", "orders", []),
    ],
)
def test_a_planted_relation_is_found_when_it_goes_up_or_sideways(room, other, found):
    """Named by a string, as a hidden violation would be."""
    with isolate_apps():
        target = planted("Planted", other)
        pointing = planted("Pointing", room, target=models.ForeignKey(target._meta.label, on_delete=models.CASCADE))
        assert relations_upward([target, pointing], the_house()) == found


def test_a_planted_key_of_somebody_elses_to_a_tenants_table_is_found():
    with isolate_apps():
        target = planted("Planted", "orders", tenant_id=models.BigIntegerField())
        pointing = planted("Pointing", "somebody.elses", target=models.ForeignKey(target, on_delete=models.CASCADE))
        assert relations_upward([target, pointing], the_house()) == [
            "elses.Pointing.target → orders.Planted, a tenant's table"
        ]
