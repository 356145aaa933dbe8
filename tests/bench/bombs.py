"""Mails that want to cost more than they weigh."""

import hashlib
import os
import re
import subprocess
import zlib

import mails

GIB = 1 << 30
ZEROS = bytes(16 << 20)


def nested(levels, sender, headers=""):
    """A MIME tree of so many levels; 1,600 are 107 kB."""
    body = "".join(
        f"Content-Type: multipart/mixed;\n boundary=\"=_{n:06d}\"\n\n"
        f"--=_{n:06d}\n" for n in range(levels))
    return mails.outer(sender, headers=headers) + mails.crlf(
        body + "Content-Type: text/plain\n\nx\n")


def packet(tag, data):
    """RFC 4880 4.2.2.3: a length of five bytes."""
    return bytes([0xc0 | tag, 0xff]) + len(data).to_bytes(4, "big") + data


def literal_of_zeros(gib):
    """One literal of so many GiB, deflated (RFC 4880 5.6, 5.9). Each piece
    of zeros is deflated once and repeated."""
    def piece(data):
        z = zlib.compressobj(9, zlib.DEFLATED, -15)
        return z.compress(data) + z.flush(zlib.Z_FULL_FLUSH)

    head = b"b\0\0\0\0\0"
    run = piece(ZEROS)
    runs = GIB // len(ZEROS)
    # 0xfe: 2^30 bytes follow, and then another length.
    out = piece(b"\xcb\xfe" + head) + run * (runs - 1) + \
        piece(ZEROS[len(head):])
    for _ in range(gib - 1):
        out += piece(b"\xfe") + run * runs
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return out + z.compress(b"\6" + bytes(6)) + z.flush()


def aes256_cfb(key, data):
    return subprocess.run(
        ["openssl", "enc", "-aes-256-cfb", "-nosalt", "-K", key, "-iv",
         "00" * 16], input=data, capture_output=True, check=True).stdout


def inflating(person, gateway_fpr, gib=4):
    """An encrypted mail that unpacks to so many GiB, properly sealed: the
    session key is one that gpg sealed to the gateway."""
    made = person.seal(b"x", [gateway_fpr, person.fpr], "--rfc4880",
                       "--cipher-algo", "AES256", sign=False, armor=False)
    status = person.run("gpg", "--show-session-key", "--decrypt",
                        data=made).stderr.decode()
    key = re.search(r"session key: '9:([0-9A-F]{64})'", status).group(1)
    listed = person.run("gpg", "--list-packets", data=made).stdout.decode()
    start = int(re.search(r"^# off=(\d+) ctb=d2", listed, re.M).group(1))
    start_random = os.urandom(16)
    inside = start_random + start_random[-2:] + \
        packet(8, b"\1" + literal_of_zeros(gib)) + b"\xd3\x14"
    inside += hashlib.sha1(inside).digest()
    whole = made[:start] + packet(18, b"\1" + aes256_cfb(key, inside))
    armor = person.gpg("--enarmor", data=whole).replace(
        b"ARMORED FILE", b"MESSAGE")
    armor = re.sub(rb"^Comment:.*\n", b"", armor, flags=re.M)
    return mails.envelope(armor, person.address)
