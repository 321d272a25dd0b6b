"""A real SMTP server for the tests: what arrives is kept, chosen addresses are refused."""

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Keeper:
    def __init__(self):
        self.mails = []
        self.refused = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"

    def to(self, address) -> list:
        """Each mail to this address."""
        return [mail for to, mail in self.mails if address in to]

    def texts(self, address) -> list[str]:
        return [mail.get_body(("plain",)).get_content() for mail in self.to(address)]


def started(keeper: Keeper) -> Controller:
    """On a port that was free a moment ago: aiosmtpd can't be asked for any free one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
