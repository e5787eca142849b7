"""One mail, composed and handed to the house's mail server (RFC 5321, 5322, 3207, 3834).

Nothing crosses a network in clear: where the server is not this machine, TLS with a certificate that holds comes before
the password and before the mail, or the mail waits.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from governance.config import MailServer
from governance.messages.envelope import Letter
from governance.messages.outside import Outside
from governance.messages.rules import Outcome

TIMEOUT_S: Final = 15.0
# 7 bit all through: no server on the way has to know anything newer.
_PLAIN: Final = SMTP.clone(cte_type="7bit")


def compose(letter: Letter, sender: Address, message_id: str, now: datetime) -> EmailMessage:
    """Return `letter` as a MIME message. Its Message-ID is the same at every try, so that repetitions can be told."""
    mail = EmailMessage(policy=_PLAIN)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=letter.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # no holiday notice answers it
    mail.set_content(letter.body)
    for name, media_type, content in letter.attachments:
        kind, _, subkind = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subkind, filename=name)
    return mail


def send(server: MailServer, letter: Letter, message_id: str, now: datetime, outside: Outside) -> Outcome:
    """Hand `letter` to `server` and return what became of it. Raises nothing that a server could cause.

    A recipient that is refused for good (5xx) is dead at once; whatever else goes wrong is tried again.
    """
    try:
        with _connected(server, outside) as connection:
            mail = compose(letter, server.sender, message_id, now)
            connection.send_message(mail, server.sender.addr_spec, [letter.to])
            return Outcome("sent")
    except smtplib.SMTPRecipientsRefused as error:
        code = max((answer[0] for answer in error.recipients.values()), default=450)
        return _refused(code)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code)
    except (_NoTlsError, smtplib.SMTPException, OSError) as error:
        # The sender or the server itself: no fault of this recipient, and the next mail would fare no better.
        return Outcome("later", _why(error), is_way=True)


class _NoTlsError(Exception):
    """The server would have us go on in clear."""


@contextmanager
def _connected(server: MailServer, outside: Outside) -> Iterator[smtplib.SMTP]:
    here, place = server.sender.domain, (server.host, server.port)
    connection: smtplib.SMTP
    if server.is_tls:
        context = outside.tls()
        connection = smtplib.SMTP_SSL(*place, local_hostname=here, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(*place, local_hostname=here, timeout=TIMEOUT_S)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.needs_starttls:
            if not connection.has_extn("starttls"):
                raise _NoTlsError
            connection.starttls(context=outside.tls())
            connection.ehlo()
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)
        yield connection
        # What was taken was taken: a farewell that fails must not have the mail sent twice.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def _refused(code: int) -> Outcome:
    return Outcome("dead" if code >= 500 else "later", f"refused_{code}")


def _why(error: Exception) -> str:
    if isinstance(error, _NoTlsError):
        return "no_starttls"
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return "sign_in_refused"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"server_refused_{error.smtp_code}" if 100 <= error.smtp_code < 600 else "server_refused"
    # The library says "disconnected" of a server that is only silent.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "timed_out"
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    if isinstance(error, smtplib.SMTPException):
        return "dropped"
    return "unresolvable" if isinstance(error, socket.gaierror) else "connect_failed"
