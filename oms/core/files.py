"""Files of a tenant: kept in Django's storage under the tenant's prefix, read by a signed link."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath
from uuid import UUID

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from oms.core.actors import system
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotFound
from oms.core.models import StoredFile, Tenant
from oms.core.tenancy import unit, unit_of_work

SALT = "oms.files"
LINK_SECONDS = 3600

# Folder → what makes a file of it that nobody has read yet.
_makers: dict[str, Callable[[StoredFile], bytes]] = {}


def register_maker(folder: str, make: Callable[[StoredFile], bytes]) -> None:
    """Files noted in this folder of a tenant without content are made by ``make`` when somebody first reads them."""
    _makers[folder] = make


def keep(path: str, content: bytes) -> str:
    """Put bytes into storage, in place of what is there; needs no transaction, since storage knows none.

    ``path`` is below the tenant's prefix (see `tenant_path`). Returns where they are.
    """
    if default_storage.exists(path):
        default_storage.delete(path)
    return default_storage.save(path, ContentFile(content))


def tenant_path(tenant_id: int, path: str) -> str:
    return f"tenants/{tenant_id}/{path}"


def note_file(*, path: str, name: str, content: bytes, content_type: str) -> StoredFile:
    """Write down a file that has been kept."""
    return StoredFile.objects.create(
        name=name[:200], path=path, content_type=content_type, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), created_at=unit().now,
    )  # fmt: skip


def note_unmade(*, paths: Mapping[str, tuple[str, str]]) -> dict[str, UUID]:
    """Write files down that are made when they are first read: path → name and content type. Path → id."""
    ids = {path: uuid7() for path in paths}
    insert_rows(StoredFile, [
        {"id": ids[path], "name": name[:200], "path": path, "content_type": kind, "size": 0, "sha256": "",
         "created_at": unit().now}
        for path, (name, kind) in paths.items()
    ])  # fmt: skip
    return ids


def _make_if_new(found: StoredFile) -> None:
    """Two who ask at once make it twice, and the same both times."""
    make = _makers.get(PurePosixPath(found.path).parent.name)
    if found.sha256 or make is None:
        return
    content = make(found)
    keep(found.path, content)
    StoredFile.objects.filter(id=found.id).update(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def signed_link(file_id: UUID) -> str:
    """The path under which this file can be read for an hour, by whoever has it."""
    return signed_links([file_id])[file_id]


def signed_links(file_ids: Collection[UUID]) -> dict[UUID, str]:
    """Many at once, for one look at the tenant."""
    if not file_ids:
        return {}
    public_id = Tenant.objects.get(id=unit().tenant_id).public_id
    tokens = {file_id: signing.dumps([str(public_id), str(file_id)], salt=SALT) for file_id in file_ids}
    return {file_id: reverse("file", kwargs={"tenant": public_id, "token": token}) for file_id, token in tokens.items()}


def drop_files(file_ids: Collection[UUID]) -> None:
    """Forget files; their bytes go once that is certain."""
    rows = StoredFile.objects.filter(id__in=file_ids)
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])


def stored_file(file_id: UUID) -> StoredFile:
    """Raises `NotFound`."""
    found = StoredFile.objects.filter(id=file_id).first()
    if found is None:
        raise NotFound("There is no such file.")
    return found


def download(request: HttpRequest, tenant: UUID, token: str) -> FileResponse:
    """The door for signed links. What is wrong with a link is not told: it was not made by us, or its hour is over."""
    refused = Http404("This link is not valid any more. Open the page it came from, and use the link there.")
    try:
        named, file_id = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise refused from None
    owner = Tenant.objects.filter(public_id=tenant).first()
    if owner is None or named != str(tenant):
        raise refused
    with unit_of_work(owner.id, system("signed link")):
        found = StoredFile.objects.filter(id=file_id).first()
        if found is not None:
            _make_if_new(found)
    if found is None or not default_storage.exists(found.path):
        raise refused
    response = FileResponse(default_storage.open(found.path), content_type=found.content_type, filename=found.name)
    response["Cache-Control"] = "private, no-store"
    return response
