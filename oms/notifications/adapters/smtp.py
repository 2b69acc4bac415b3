"""Send mail over SMTP, and say in our words what the server answered."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formataddr, parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from oms.notifications.actions.sending import Mail, Outcome
from oms.notifications.letters import Letter, as_text

TIMEOUT_SECONDS = 20
PERMANENT = 500


class PostOffice:
    """One connection to the mail server for a batch, opened by its first mail, and again after it broke.

    A server that could not be reached is not asked again for the rest of the batch.
    """

    def __init__(self) -> None:
        self._backend = get_connection(timeout=TIMEOUT_SECONDS)
        self._away: Outcome | None = None

    def send(self, mail: Mail) -> Outcome:
        """Whatever goes wrong is an outcome; what is not plainly refused for good is tried again."""
        try:
            message = compose(mail, self._backend)
            message.message()
        except ValueError as error:
            return Outcome(False, f"This mail cannot be written: {error}", final=True)
        if (away := self._open()) is not None:
            return away
        try:
            message.send()
        except (OSError, SMTPException) as error:
            self.close()
            return _outcome(error, mail.recipient)
        return Outcome(True)

    def close(self) -> None:
        """A goodbye that goes wrong changes nothing about what was sent before it."""
        with suppress(OSError, SMTPException):
            self._backend.close()

    def _open(self) -> Outcome | None:
        """A server that refuses us (a wrong password, say) refuses nobody's letter: that one waits."""
        if self._away is None:
            try:
                self._backend.open()
            except (OSError, SMTPException) as error:
                self.close()
                self._away = Outcome(False, _away(error))
        return self._away


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    try:
        yield office
    finally:
        office.close()


def compose(mail: Mail, connection=None) -> EmailMultiAlternatives:
    """The mail with its two bodies. Its Message-ID is its row's, the same however often a server is tried.

    Only who sends it again on purpose sends another mail: mail programs hide what they have seen before.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    key = f"{mail.message_id}.{mail.resent}" if mail.resent else mail.message_id
    message = EmailMultiAlternatives(
        mail.letter.subject.replace("\n", " ").replace("\r", " "),
        as_text(mail.letter, merchant=mail.merchant),
        formataddr((mail.merchant or name, address)),
        [mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": f"<{key}@{address.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    message.attach_alternative(as_html(mail.letter, merchant=mail.merchant), "text/html")
    return message


def as_html(letter: Letter, *, merchant: str) -> str:
    return render_to_string("mail/letter.html", {"letter": letter, "merchant": merchant})


def _outcome(error: Exception, recipient: str) -> Outcome:
    """Final is what the server said for good about this address or this text, not about who sends it."""
    match error:
        case SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            return Outcome(False, _sentence(code, words, recipient), final=code >= PERMANENT)
        case SMTPDataError():
            sentence = _sentence(error.smtp_code, error.smtp_error, recipient)
            return Outcome(False, sentence, final=error.smtp_code >= PERMANENT)
    return Outcome(False, _away(error))


def _away(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return _sentence(error.smtp_code, error.smtp_error)
    return f"The mail server could not be reached ({type(error).__name__})."


def _sentence(code: int, words: bytes | str, recipient: str = "") -> str:
    """Servers like to repeat the address, which not everybody who reads the reason may see."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    if recipient:
        said = said.replace(recipient, "this address")
    return f"The mail server said {code}: {said}"[:500]
