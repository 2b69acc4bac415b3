"""The merchant's own vans behind the port that every carrier stands behind."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from shipping.adapters.own_delivery import hook, labels, rating
from shipping.adapters.own_delivery.numbers import tracking_number
from shipping.adapters.own_delivery.tariff import tariff_from, tariff_problems
from shipping.adapters.port import Carrier, CarrierRefused, Label, LabelRequest, Rate, RateRequest, Refusal, Scan


class OwnDelivery(Carrier):
    """Nothing is asked over a network, so every answer is final, and the same for the same key."""

    name = "own_delivery"
    label = "Own delivery"

    @classmethod
    def settings_problems(cls, settings: Mapping[str, object]) -> list[tuple[str, str]]:
        return tariff_problems(settings)

    def quote(self, request: RateRequest) -> list[Rate | Refusal]:
        tariff = tariff_from(self.terms.settings)
        return rating.rates(tariff, request, currency=self.terms.currency, timezone=self.terms.timezone)

    def buy(self, request: LabelRequest, key: UUID) -> Label:
        label = self.book(request, key)
        sheet = self._sheet(request, key)
        return replace(label, pdf=labels.pdf(sheet), zpl=labels.zpl(sheet))

    def book(self, request: LabelRequest, key: UUID) -> Label:
        rate = next((each for each in self.quote(request) if each.service == request.service), None)
        if rate is None:
            sentence = f"There is no service “{request.service}” any more. Make a new shipment with another."
            raise CarrierRefused("unknown_service", sentence)
        if isinstance(rate, Refusal):
            raise CarrierRefused(rate.code, rate.sentence)
        return Label(tracking_number(key), rate.amount, rate.currency, rate.promised_at)

    def print(self, request: LabelRequest, key: UUID, form: str) -> bytes:
        sheet = self._sheet(request, key)
        return labels.pdf(sheet) if form == "pdf" else labels.zpl(sheet).encode()

    def _sheet(self, request: LabelRequest, key: UUID) -> labels.Sheet:
        """A service that was given up since keeps its code for a name."""
        names = {each.code: each.name for each in tariff_from(self.terms.settings).services}
        name = names.get(request.service, request.service)
        return labels.Sheet(tracking_number(key), name, request, self.terms.test_mode)

    def void(self, tracking_number: str, key: UUID) -> bool:
        """Until the parcel is in the van nobody but us knows of it."""
        return True

    def read_hook(self, body: str) -> list[Scan]:
        return hook.scans_in(body)
