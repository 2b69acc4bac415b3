"""The mailbox of a development machine: what the SMTP server of `oms.run` kept, one row per mail."""

import smtplib
from email.message import EmailMessage
from importlib import reload
from pathlib import Path

import pytest
from django.test import Client
from django.urls import clear_url_caches

import oms.urls
from oms.run.mailbox import mailbox


@pytest.fixture
def box(database, settings, tmp_path) -> Path:
    """Where the mails of a development machine lie."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "mail"


def addresses(*, development: bool, settings) -> None:
    """The addresses as they are on such a machine."""
    settings.DEVELOPMENT = development
    clear_url_caches()
    reload(oms.urls)


def mail(subject: str, key: str, body: str = "Hello Ada,\n\nhttps://shop.example/p/acme/t/abc/") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"], message["Message-ID"] = (
        subject,
        "a@b.example",
        "c@d.example",
        key,
    )
    message.set_content(body)
    return message


@pytest.mark.django_db
def test_mails_are_listed_once_each_and_read(box):
    client = Client()
    assert "No mail yet" in client.get("/mailbox/").text
    with mailbox(box, usual_port=0) as port, smtplib.SMTP("127.0.0.1", port) as server:
        for message in (mail("First", "<1@a>"), mail("Zwölf <b>Teile</b>", "<2@a>"), mail("First", "<1@a>")):
            server.send_message(message)
    page = client.get("/mailbox/").text
    assert page.count(">First<") == 1
    assert "Zwölf &lt;b&gt;Teile&lt;/b&gt;" in page
    newest = sorted(box.glob("*.eml"))[-1].stem
    assert 'href="https://shop.example/p/acme/t/abc/"' in client.get(f"/mailbox/{newest}/").text


@pytest.mark.django_db
def test_what_is_no_mail_is_no_page(box):
    box.mkdir()
    (box.parent / "secret.eml").write_bytes(mail("Secret", "<s@a>").as_bytes())
    (box / "torn.eml").write_bytes(b"\xff\xfe\x00 not a mail")
    client = Client()
    assert client.get("/mailbox/").status_code == 200
    assert client.get("/mailbox/torn/").status_code == 200
    for name in ("missing", "..%2Fsecret", "..%5Csecret", "%00"):
        assert client.get(f"/mailbox/{name}/").status_code == 404, name


@pytest.mark.django_db
def test_production_has_no_mailbox(settings):
    assert Client().get("/mailbox/").status_code == 200
    addresses(development=False, settings=settings)
    try:
        assert Client().get("/mailbox/").status_code == 404
    finally:
        addresses(development=True, settings=settings)
