"""A carrier as one of its accounts sees it."""

from oms.core.models import Tenant
from oms.core.tenancy import unit
from shipping.adapters.port import Box, Carrier, Terms
from shipping.adapters.registry import carrier
from shipping.models import CarrierAccount, Shipment


def terms_of(account: CarrierAccount, tenant: Tenant | None = None) -> Terms:
    tenant = tenant or Tenant.objects.get(id=unit().tenant_id)
    return Terms(account.settings, tenant.currency, tenant.timezone, account.test_mode)


def carrier_of(account: CarrierAccount, tenant: Tenant | None = None) -> Carrier:
    """The carrier behind an account, ready to be asked."""
    return carrier(account.carrier, terms_of(account, tenant))


def box_of(shipment: Shipment) -> Box:
    return Box(shipment.weight_g, shipment.length_mm, shipment.width_mm, shipment.height_mm)
