"""The clock's and the queue's work: prove and value the book, end reservations and lots, plan counts, mail orders."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from inventory.actions.alerts import note_expiring, note_low_stock, note_pace
from inventory.actions.audit import audit_stock
from inventory.actions.counts.plan import plan_counts
from inventory.actions.reserve import expire_reservations
from inventory.actions.tracing.expiring import expire_lots, warn_of_expiry
from inventory.actions.valuing.follow import draw_value_horizon, follow_value
from inventory.letters import alert_letter
from inventory.locks import claim_due_alerts, claim_due_chase, claim_due_purchase_mail
from inventory.models import PurchaseOrder, StockAlert, SupplierReturn
from inventory.printing import purchase_order_pdf
from inventory.queries import alert_policy, lines_of_purchase_order
from inventory.queries.supplier_returns import lines_of_supplier_return
from oms.core.actors import system
from oms.core.events import relay
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work

log = structlog.get_logger()

Mailed = PurchaseOrder | SupplierReturn

BATCH = 500
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 6
DUE_ALERTS = "SELECT DISTINCT tenant_id, 0 FROM inventory_stockalert WHERE mail_due_at <= now()"
VALUE_STEPS = 100
DUE_CHASES = "SELECT DISTINCT tenant_id, 0 FROM inventory_supplierreturn WHERE mail_due_at <= now()"
DUE_MAIL = "SELECT DISTINCT tenant_id, 0 FROM inventory_purchaseorder WHERE mail_due_at <= now()"


@shared_task
def audit_stock_of_all() -> None:
    """Prove what each merchant's book has gained since its last checkpoint."""
    _audit_all(full=False)


@shared_task
def audit_stock_of_all_in_full() -> None:
    """Prove each merchant's book from its first entry: also that nothing was rewritten that was proved before."""
    _audit_all(full=True)


def _audit_all(*, full: bool) -> None:
    """Say loudly which row is broken; the result itself is kept."""
    for tenant in Tenant.objects.order_by("id"):
        with unit_of_work(tenant.id, system("stock audit")):
            run = audit_stock(full=full)
        for each in run.breaks:
            log.error(
                "stock audit failed",
                tenant=tenant.slug,
                check=each["check"],
                found=each["sentence"],
                first=each["first"],
            )


@shared_task
def expire_reservations_of_all() -> None:
    """End overdue reservations, a batch at a time, so that no shelf stays locked for long."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        expired = BATCH
        while expired == BATCH:
            with unit_of_work(tenant_id, system("reservation expiry")):
                expired = expire_reservations(limit=BATCH)


@shared_task
def note_low_stock_of_all() -> None:
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with unit_of_work(tenant_id, system("stock alerts")):
            note_low_stock()


@shared_task
def note_pace_of_all() -> None:
    """How fast everything sells, and what does not, once a night."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with unit_of_work(tenant_id, system("stock alerts")):
            note_pace()


@shared_task
def mail_alerts(*, tenant_id: int, **_) -> None:
    """One letter with all that is due; written inside a unit of work, sent outside of any."""
    with relay.hint_taken("stock_alerts", tenant_id):
        while (claimed := _claim_alerts(tenant_id)) is not None:
            _mail_alerts(tenant_id, *claimed)


def _claim_alerts(tenant_id: int) -> tuple[list[UUID], EmailMessage] | None:
    with unit_of_work(tenant_id, system("mail")) as opened:
        due = claim_due_alerts(opened.now, BATCH)
        policy = alert_policy()
        for each in due:
            each.mail_attempts += 1
            last = each.mail_attempts >= MAX_ATTEMPTS or not policy.mail_to
            each.mail_due_at = None if last else opened.now + LEASE * each.mail_attempts
        StockAlert.objects.bulk_update(due, ["mail_due_at", "mail_attempts"])
        if not due or not policy.mail_to:
            return None
        return [each.id for each in due], alert_letter(due, policy.mail_to, Tenant.objects.get(id=tenant_id))


def _mail_alerts(tenant_id: int, alert_ids: list[UUID], letter: EmailMessage) -> None:
    try:
        letter.send()
    except OSError as error:
        log.warning("stock alerts could not be mailed", tenant=tenant_id, error=repr(error))
        return
    with unit_of_work(tenant_id, system("mail")):
        StockAlert.objects.filter(id__in=alert_ids).update(mail_due_at=None)


@shared_task
def plan_counts_of_all() -> None:
    """Class what moved, and say what is due to be counted, once a night."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with unit_of_work(tenant_id, system("counting plan")):
            plan_counts()


@shared_task
def follow_value_of_all() -> None:
    """Value what was entered since the last time, for each merchant in turn."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        follow_value_of(tenant_id)


def follow_value_of(tenant_id: int) -> None:
    """A chunk per transaction, so that a person's decision never waits long; then it is another merchant's turn."""
    with unit_of_work(tenant_id, system("valuation")):
        draw_value_horizon()
    for _ in range(VALUE_STEPS):
        with unit_of_work(tenant_id, system("valuation")):
            if not follow_value().more:
                return


@shared_task
def expire_lots_of_all() -> None:
    """Take lots that are past their date off sale, a batch at a time, and say which soon will be."""
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        taken = BATCH
        while taken == BATCH:
            with unit_of_work(tenant_id, system("lot expiry")):
                taken = expire_lots(limit=BATCH)
        with unit_of_work(tenant_id, system("lot expiry")):
            warn_of_expiry()
            note_expiring()


@shared_task
def mail_purchase_orders(*, tenant_id: int, **_) -> None:
    """Mail what is due to suppliers; written inside a unit of work, sent outside of any."""
    with relay.hint_taken("purchase_orders", tenant_id):
        while (claimed := _claim_mail(tenant_id, claim_due_purchase_mail, _letter)) is not None:
            _mail(tenant_id, *claimed)


@shared_task
def chase_credit_notes(*, tenant_id: int, **_) -> None:
    """Ask suppliers for credit notes that are due to be asked for."""
    with relay.hint_taken("supplier_returns", tenant_id):
        while (claimed := _claim_mail(tenant_id, claim_due_chase, _chase)) is not None:
            _mail(tenant_id, *claimed)


def _claim_mail(tenant_id: int, claim: Callable, write: Callable) -> tuple[Mailed, EmailMessage] | None:
    """Take one; a worker that dies while sending leaves it due again when the lease runs out."""
    with unit_of_work(tenant_id, system("mail")) as opened:
        found = claim(opened.now)
        if found is None:
            return None
        found.mail_attempts += 1
        last = found.mail_attempts >= MAX_ATTEMPTS
        found.mail_due_at = None if last else opened.now + LEASE * found.mail_attempts
        found.save(update_fields=["mail_attempts", "mail_due_at"])
        return found, write(found, Tenant.objects.get(id=tenant_id))


def _letter(order: PurchaseOrder, merchant: Tenant) -> EmailMessage:
    text = render_to_string("inventory/mail/purchase_order.txt", {"order": order, "merchant": merchant})
    letter = _to_supplier(order, f"Purchase order PO{order.number} of {merchant.name}", text, merchant)
    pdf = purchase_order_pdf(order, lines_of_purchase_order(order.id), merchant)
    letter.attach(f"PO{order.number}.pdf", pdf, "application/pdf")
    return letter


def _chase(found: SupplierReturn, merchant: Tenant) -> EmailMessage:
    context = {"found": found, "lines": lines_of_supplier_return(found.id), "merchant": merchant}
    text = render_to_string("inventory/mail/credit_note.txt", context)
    return _to_supplier(found, f"Credit note for SR{found.number} of {merchant.name}", text, merchant)


def _to_supplier(found: Mailed, subject: str, text: str, merchant: Tenant) -> EmailMessage:
    answers_to = [merchant.settings["support_email"]] if merchant.settings.get("support_email") else None
    return EmailMessage(subject.replace("\n", " "), text, to=[found.supplier.email], reply_to=answers_to)


def _mail(tenant_id: int, found: Mailed, letter: EmailMessage) -> None:
    try:
        letter.send()
    except OSError as error:
        log.warning("supplier could not be mailed", document=str(found.id), error=repr(error))
        return
    with unit_of_work(tenant_id, system("mail")) as opened:
        type(found).objects.filter(id=found.id).update(mail_due_at=None, mailed_at=opened.now)


relay.register_due_work("stock_alerts", DUE_ALERTS, lambda tenant_id, _: mail_alerts.delay(tenant_id=tenant_id))
relay.register_due_work(
    "purchase_orders", DUE_MAIL, lambda tenant_id, _: mail_purchase_orders.delay(tenant_id=tenant_id)
)
relay.register_due_work(
    "supplier_returns", DUE_CHASES, lambda tenant_id, _: chase_credit_notes.delay(tenant_id=tenant_id)
)
