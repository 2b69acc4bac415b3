"""What every test of this room stands on."""

import pytest


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Stored files of a test go with it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
