"""Mail to customers in a real browser: from who tells a shop's customers to the mail as it was read."""

import os
import re
import smtplib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.events.delivery import drain
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.notifications.actions.sending import claim_mail
from oms.notifications.actions.write import write_message
from oms.notifications.adapters.smtp import compose
from oms.notifications.models import CustomerMessage
from oms.run.mailbox import mailbox
from orders.actions.place import place_orders
from tests.browser.test_stock_and_settings import desk, is_wider_than_screen, violations
from tests.fixtures import Catalog
from tests.orders.trade import draft, line

__all__ = ["desk"]
PROCESS = system("tests")
LONG = "A very long name of a loose leaf tea that grows on the southern slope of a mountain"


@pytest.fixture
def mails(tenant: Tenant, catalog: Catalog, served: str, settings) -> list[CustomerMessage]:
    """One in every state; the first is due."""
    settings.BASE_URL = served
    with unit_of_work(tenant.id, PROCESS):
        SalesChannel.objects.update(told_by="us")
        places = [draft(line("TEA", 2, title=LONG), payment_state="paid") for _ in range(5)]
        orders = [each.order_id for each in place_orders(drafts=places)]
    drain(tenant.id)
    with unit_of_work(tenant.id, PROCESS):
        write_message(kind="portal_code", order_id=orders[0], key="1", details={"code": "123456"})
        found = list(CustomerMessage.objects.order_by("id"))
        for message, state in zip(found, ("due", "sending", "sent", "failed", "skipped", "due"), strict=True):
            reason = "the mail server said 550: no such mailbox" if state in ("failed", "skipped") else ""
            CustomerMessage.objects.filter(id=message.id).update(state=state, reason=reason)
        return found


def test_every_page_is_accessible_and_fits(desk: Page, served: str, mails):
    desk.set_viewport_size({"width": 320, "height": 800})
    wrong = {}
    for number, path in enumerate(["", "?state=failed", "?kind=delivered", *(f"{each.id}/" for each in mails)]):
        desk.emulate_media(color_scheme=("light", "dark")[number % 2], reduced_motion="reduce")
        assert desk.goto(f"{served}/m/acme/messages/{path}").status == 200, path
        found = violations(desk)
        if is_wider_than_screen(desk):
            found.append("scrolls sideways")
        if found:
            wrong[path] = found
    assert wrong == {}


def test_a_mail_that_failed_is_read_and_sent_again(desk: Page, served: str, tenant: Tenant, mails):
    desk.goto(f"{served}/m/acme/")
    desk.get_by_role("link", name="1 mail did not reach its customer").click()
    desk.get_by_role("link", name="Thank you for order").click()
    expect(desk.get_by_text("The mail server said 550")).to_be_visible()
    mail = desk.frame_locator("iframe")
    expect(mail.get_by_text(f"2 × {LONG}")).to_be_visible()
    expect(mail.get_by_role("link", name="See your order")).to_have_attribute(
        "href", re.compile(f"^{served}/p/acme/t/")
    )
    desk.get_by_role("button", name="Send again").click()
    expect(desk.get_by_text("It is on its way already")).to_be_visible()
    with unit_of_work(tenant.id, PROCESS):
        assert CustomerMessage.objects.get(id=mails[3].id).state == "due"


def test_the_mailbox_shows_what_was_sent(page: Page, served: str, tenant: Tenant, mails):
    with unit_of_work(tenant.id, PROCESS):
        outgoing = claim_mail(limit=1)[0]
    box = Path(os.environ["THROUGHLINE_DATA"], "mail")
    with mailbox(box, usual_port=0) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(compose(outgoing).message())
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{served}/mailbox/")
    assert (violations(page), is_wider_than_screen(page)) == ([], False)
    page.get_by_role("link", name=outgoing.letter.subject).first.click()
    expect(page.get_by_text("We have it, and we tell you again when it leaves.")).to_be_visible()
    assert (violations(page), is_wider_than_screen(page)) == ([], False)
    page.get_by_role("link", name=outgoing.letter.link).click()
    expect(page).to_have_title(re.compile("1001"))
