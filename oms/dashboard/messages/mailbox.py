"""The mailbox of a development machine: what was mailed to anybody lies here, and nothing left it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHOWN = 200


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails; one that was sent twice under one Message-ID is one row, as in any mail program."""
    once: dict[str, dict] = {}
    for path in sorted(_box().glob("*.eml"), reverse=True)[: SHOWN * 2]:
        mail = _read(path)
        once.setdefault(mail["Message-ID"] or path.name, {"name": path.stem, "mail": mail})
    return render(request, "mailbox.html", {"mails": list(once.values())[:SHOWN]})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its plain text, and its addresses."""
    path = _box() / f"{name}.eml"
    if "/" in name or not path.is_file():
        raise Http404("There is no such mail.")
    found = _read(path)
    body = found.get_body(("plain",))
    return render(request, "mailbox_mail.html", {"mail": found, "text": body.get_content() if body else ""})


def _box() -> Path:
    return Path(settings.DATA_DIR) / "mail"


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)
