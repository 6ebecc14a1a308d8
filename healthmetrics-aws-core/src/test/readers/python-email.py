"""Reads emails with Python's own package: see HeaderReadersTest."""
import base64
import email
import email.policy
import json
import sys


def people(header):
    addresses = header.addresses if header else ()
    return [{"name": one.display_name, "address": one.addr_spec} for one in addresses]


def found(message):
    mail = email.message_from_bytes(base64.b64decode(message), policy=email.policy.default)
    return {
        "subject": mail["subject"],
        "from": people(mail["from"]),
        "to": people(mail["to"]),
        "headers": [name.lower() for name in mail.keys()],
        "files": [part.get_filename() for part in mail.iter_attachments()],
    }


json.dump([found(message) for message in json.load(sys.stdin)], sys.stdout)
