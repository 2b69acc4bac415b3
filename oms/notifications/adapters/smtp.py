"""Send one mail over SMTP, and say in our words what the server answered."""

from email.utils import formataddr, parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from oms.notifications.actions.sending import Mail, Outcome
from oms.notifications.letters import Letter, as_text

TIMEOUT_SECONDS = 20
PERMANENT = 500


def send(mail: Mail) -> Outcome:
    """Whatever goes wrong is an outcome; what is not plainly refused for good is tried again."""
    try:
        with get_connection(timeout=TIMEOUT_SECONDS) as connection:
            compose(mail, connection).send()
    except SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return Outcome(False, _sentence(code, words), final=code >= PERMANENT)
    except SMTPResponseException as refused:
        return Outcome(False, _sentence(refused.smtp_code, refused.smtp_error), final=refused.smtp_code >= PERMANENT)
    except (OSError, SMTPException) as error:
        return Outcome(False, f"The mail server could not be reached ({type(error).__name__}).")
    except ValueError as error:
        return Outcome(False, f"This address cannot be written to: {error}", final=True)
    return Outcome(True)


def compose(mail: Mail, connection=None) -> EmailMultiAlternatives:
    """The mail with its two bodies. Its Message-ID is its row's, the same however often it is sent."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        mail.letter.subject.replace("\n", " "),
        as_text(mail.letter, merchant=mail.merchant),
        formataddr((mail.merchant or name, address)),
        [mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": f"<{mail.message_id}@{address.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    message.attach_alternative(as_html(mail.letter, merchant=mail.merchant), "text/html")
    return message


def as_html(letter: Letter, *, merchant: str) -> str:
    return render_to_string("mail/letter.html", {"letter": letter, "merchant": merchant})


def _sentence(code: int, words: bytes | str) -> str:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"The mail server said {code}: {said}"[:500]
