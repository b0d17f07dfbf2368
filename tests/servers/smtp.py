"""A server for mail that keeps what it takes (aiosmtpd).

    smtp.py HOST PORT FOLDER [CERTIFICATE KEY]

With a certificate it takes mail only after STARTTLS and a log-in as desk with the password hunter2. What is taken is written
to FOLDER, one file for each message, with the envelope in front. A recipient whose name begins with `nobody` is refused for
good, one that begins with `later` for now, until a file of that name stands in FOLDER.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name.startswith("nobody"):
            return "550 5.1.1 there is nobody of that name here"
        if name.startswith("later") and not os.path.exists(os.path.join(self.folder, name)):
            return "451 4.7.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{os.getpid()}-{self.count:04}.eml")
        lines = [
            f"X-Envelope-From: {envelope.mail_from}",
            f"X-Envelope-To: {','.join(envelope.rcpt_tos)}",
            f"X-Envelope-TLS: {'yes' if session.ssl else 'no'}",
            f"X-Envelope-User: {'yes' if session.authenticated else 'no'}",
        ]
        with open(path + ".part", "wb") as file:
            file.write("".join(line + "\r\n" for line in lines).encode() + envelope.content)
        os.rename(path + ".part", path)
        return "250 2.0.0 kept"


def let_in(server, session, envelope, mechanism, data):
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", b"hunter2")
    # What is not handled is refused with 535; else nobody would say anything.
    return AuthResult(success=is_known, handled=False)


def main():
    host, port, folder, *certified = sys.argv[1:]
    keeper, options = Keeper(folder), {}
    if certified:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certified)
        options = dict(tls_context=context, require_starttls=True, auth_required=True, authenticator=let_in)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def conversation():
        return SMTP(keeper, hostname="localhost", loop=loop, **options)

    loop.run_until_complete(loop.create_server(conversation, host=host, port=int(port)))
    loop.run_forever()


main()
