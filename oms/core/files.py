"""Files of a tenant: kept in Django's storage under the tenant's prefix, read by a signed link."""

import hashlib
from uuid import UUID

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from oms.core.actors import system
from oms.core.errors import NotFound
from oms.core.models import StoredFile, Tenant
from oms.core.tenancy import unit, unit_of_work

SALT = "oms.files"
LINK_SECONDS = 3600


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


def signed_link(file_id: UUID) -> str:
    """The path under which this file can be read for an hour, by whoever has it."""
    tenant = Tenant.objects.get(id=unit().tenant_id)
    token = signing.dumps([str(tenant.public_id), str(file_id)], salt=SALT)
    return reverse("file", kwargs={"tenant": tenant.public_id, "token": token})


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
    if found is None or not default_storage.exists(found.path):
        raise refused
    response = FileResponse(default_storage.open(found.path), content_type=found.content_type, filename=found.name)
    response["Cache-Control"] = "private, no-store"
    return response
