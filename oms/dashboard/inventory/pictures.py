"""Pictures on an item's page: added, put first, taken away."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.actions.catalogue.images import add_images, order_images, remove_image
from inventory.queries import catalogue
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.core.pictures import Picture
from oms.dashboard.forms import settled


@require_POST
def pictures_add(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """One file or several; a file that is no picture is said so, and none is kept."""
    require(request.actor, "items.edit")
    files = [Picture(each.name, each.read()) for each in request.FILES.getlist("images")]
    return _step(request, item_id, lambda: add_images(item_id=item_id, pictures=files), _("Pictures added."))


@require_POST
def picture_first(request: HttpRequest, slug: str, itemimage_id: UUID) -> HttpResponse:
    """It stands for the item in lists."""
    require(request.actor, "items.edit")
    item_id = catalogue.image_by_id(itemimage_id).item_id
    done = _("This picture now comes first.")
    return _step(request, item_id, lambda: order_images(item_id=item_id, image_ids=[itemimage_id]), done)


@require_POST
def picture_remove(request: HttpRequest, slug: str, itemimage_id: UUID) -> HttpResponse:
    """Away with its files."""
    require(request.actor, "items.edit")
    item_id = catalogue.image_by_id(itemimage_id).item_id
    return _step(request, item_id, lambda: remove_image(image_id=itemimage_id), _("Picture taken away."))


def _step(request: HttpRequest, item_id: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    url = f"{reverse('dashboard:item', args=[request.merchant.slug, item_id])}#pictures"
    try:
        with transaction.atomic():
            act()
    except OmsError as refusal:
        if refusal.status == 404:
            raise
        return settled(request, url, refusal.message, level=messages.ERROR)
    return settled(request, url, done)
