"""Migrate and fill an empty installation, in one process: starting Django twice would double the wait."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring the schema up to date as its owner, then make the demo merchant if there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")
    django.setup()
    call_command("migrate", interactive=False)
    call_command("demo", if_empty=True)


if __name__ == "__main__":
    main()
