"""Whether others find our key: gpg's own look into a Web Key Directory
(draft-koch-openpgp-webkey-service 3.1), in a world where we are the server."""

import hashlib
import shutil

import pytest

import mails
import wkd_net

pytestmark = pytest.mark.skipif(
    not wkd_net.is_possible(),
    reason="this kernel gives an ordinary user no namespaces")

LOCAL, DOMAIN = mails.GATEWAY.split("@")


def zbase32(data):
    bits = "".join(f"{b:08b}" for b in data)
    return "".join("ybndrfg8ejkmcpqxot1uwisza345h769"[int(bits[i:i + 5], 2)]
                   for i in range(0, len(bits), 5))


def name_of(local):
    return zbase32(hashlib.sha1(local.lower().encode()).digest())


@pytest.fixture
def tree(enrolled, tmp_path):
    """tree(direct=, advanced=): what `meldpost wkd export` writes, or half of
    it."""
    def make(advanced=True, direct=True):
        www = tmp_path / "www"
        enrolled.run("wkd", "export", www)
        top = www / ".well-known" / "openpgpkey"
        if not direct:
            shutil.rmtree(top / "hu")
        if not advanced:
            shutil.rmtree(top / DOMAIN)
        return www
    return make


def test_the_names_are_those_of_the_draft():
    assert name_of("Joe.Doe") == "iy9q119eutrkn8s1mk4r39qejnbu3n5q"


def test_gpg_finds_the_key_by_the_direct_way(enrolled, tree):
    result = wkd_net.find(tree(advanced=False), mails.GATEWAY, [DOMAIN])
    assert result["found"] == [enrolled.gateway_fpr], result
    assert result["seen"] == [
        [DOMAIN, f"/.well-known/openpgpkey/hu/{name_of(LOCAL)}", 200]]


def test_gpg_finds_the_key_by_the_advanced_way(enrolled, tree):
    host = "openpgpkey." + DOMAIN
    result = wkd_net.find(tree(direct=False), mails.GATEWAY, [DOMAIN, host])
    assert result["found"] == [enrolled.gateway_fpr], result
    assert result["seen"] == [
        [host, f"/.well-known/openpgpkey/{DOMAIN}/hu/{name_of(LOCAL)}", 200]]


def test_the_case_of_the_address_does_not_matter(enrolled, tree):
    result = wkd_net.find(tree(), mails.GATEWAY.upper(), [DOMAIN])
    assert result["found"] == [enrolled.gateway_fpr], result


def test_a_key_for_another_mailbox_is_not_found(tree):
    """Without the key there is none. gpg then asks for the policy too, unless
    its time is over."""
    result = wkd_net.find(tree(), "iemand@" + DOMAIN, [DOMAIN])
    assert result["found"] == [] and result["status"] != 0
    first, *more = result["seen"]
    assert first == [
        DOMAIN, f"/.well-known/openpgpkey/hu/{name_of('iemand')}", 404]
    assert more in ([], [[DOMAIN, "/.well-known/openpgpkey/policy", 200]])


def test_a_certificate_for_another_name_is_not_believed(tree):
    result = wkd_net.find(tree(), mails.GATEWAY, [DOMAIN],
                          certified=["elders.example"])
    assert result["found"] == [] and result["status"] != 0
    assert result["seen"] == []
