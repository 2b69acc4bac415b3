"""A customer's link names one order of one merchant, for half a year, and nobody can make one up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.links import DAYS, LinkExpired, LinkRefused, order_link, order_of_token, token_of
from oms.core.relays import is_relay_address
from oms.core.tenancy import unit_of_work

ORDER = uuid7()


@pytest.mark.django_db
def test_a_link_leads_to_its_order(tenant, settings):
    with unit_of_work(tenant.id, system("tests")):
        link = order_link(ORDER)
    root, _, token = link.rstrip("/").rpartition("/")
    assert root == f"{settings.BASE_URL}/p/{tenant.slug}/t"
    assert order_of_token(tenant, token) == ORDER


@pytest.mark.django_db
def test_what_is_altered_cut_or_another_merchant_s_is_refused_the_same(tenant, other_tenant):
    token = token_of(tenant, ORDER)
    strangers = [token_of(other_tenant, ORDER), token[:-1], token[1:], token.swapcase(), "", "ü", "a:b:c", "x" * 9999]
    said = set()
    for each in strangers:
        with pytest.raises(LinkRefused) as refusal:
            order_of_token(tenant, each)
        said.add(refusal.value.message)
    assert len(said) == 1
    assert refusal.value.status == 404


@pytest.mark.django_db
def test_a_link_is_good_for_half_a_year(tenant, time_machine):
    token, now = token_of(tenant, ORDER), timezone.now()
    time_machine.move_to(now + timedelta(days=DAYS - 1))
    assert order_of_token(tenant, token) == ORDER
    time_machine.move_to(now + timedelta(days=DAYS + 1))
    with pytest.raises(LinkExpired, match="by its number instead"):
        order_of_token(tenant, token)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("x1y2z3@marketplace.amazon.de", True),
        ("X1@Marketplace.Amazon.CO.UK", True),
        ("buyer@eu.members.ebay.com", True),
        ("ada@privaterelay.appleid.com", True),
        ("ada@amazon.de", False),
        ("ada@notmarketplace.amazon.de", False),
        ("marketplace.amazon.de@example.com", False),
        ("", False),
    ],
)
def test_a_masked_address_is_known_by_its_domain(address, masked):
    assert is_relay_address(address) is masked
