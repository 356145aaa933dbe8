"""Whether others find our key: gpg's own look into a Web Key Directory
(draft-koch-openpgp-webkey-service 3.1), in a world where we are the server."""

import hashlib
import subprocess

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


def binary(armored, tmp):
    return subprocess.run(["gpg", "--homedir", tmp, "--batch", "--dearmor"],
                          input=armored, capture_output=True,
                          check=True).stdout


def put(folder, key):
    (folder / "hu").mkdir(parents=True)
    (folder / "policy").write_bytes(b"")
    (folder / "hu" / name_of(LOCAL)).write_bytes(key)


def make_tree(directory, key, advanced=True, direct=True):
    """What a town's web server is to show. A stand-in: it writes down what
    the draft asks for."""
    top = directory / ".well-known" / "openpgpkey"
    if direct:
        put(top, key)
    if advanced:
        put(top / DOMAIN, key)
    return directory


@pytest.fixture
def key(enrolled, tmp_path):
    tmp_path.chmod(0o700)
    return binary(enrolled.gateway_key, tmp_path)


def test_the_names_are_those_of_the_draft():
    assert name_of("Joe.Doe") == "iy9q119eutrkn8s1mk4r39qejnbu3n5q"


def test_gpg_finds_the_key_by_the_direct_way(enrolled, key, tmp_path):
    tree = make_tree(tmp_path / "www", key, advanced=False)
    result = wkd_net.find(tree, mails.GATEWAY, [DOMAIN])
    assert result["found"] == [enrolled.gateway_fpr], result
    assert result["seen"] == [
        [DOMAIN, f"/.well-known/openpgpkey/hu/{name_of(LOCAL)}", 200]]


def test_gpg_finds_the_key_by_the_advanced_way(enrolled, key, tmp_path):
    tree = make_tree(tmp_path / "www", key, direct=False)
    host = "openpgpkey." + DOMAIN
    result = wkd_net.find(tree, mails.GATEWAY, [DOMAIN, host])
    assert result["found"] == [enrolled.gateway_fpr], result
    assert result["seen"] == [
        [host, f"/.well-known/openpgpkey/{DOMAIN}/hu/{name_of(LOCAL)}", 200]]


def test_the_case_of_the_address_does_not_matter(enrolled, key, tmp_path):
    tree = make_tree(tmp_path / "www", key)
    result = wkd_net.find(tree, mails.GATEWAY.upper(), [DOMAIN])
    assert result["found"] == [enrolled.gateway_fpr], result


def test_a_key_for_another_mailbox_is_not_found(key, tmp_path):
    """Without the key there is none; then gpg asks whether this is a directory
    at all, by its policy."""
    tree = make_tree(tmp_path / "www", key)
    result = wkd_net.find(tree, "iemand@" + DOMAIN, [DOMAIN])
    assert result["found"] == [] and result["status"] != 0
    assert result["seen"] == [
        [DOMAIN, f"/.well-known/openpgpkey/hu/{name_of('iemand')}", 404],
        [DOMAIN, "/.well-known/openpgpkey/policy", 200]]


def test_a_certificate_for_another_name_is_not_believed(key, tmp_path):
    tree = make_tree(tmp_path / "www", key)
    result = wkd_net.find(tree, mails.GATEWAY, [DOMAIN],
                          certified=["elders.example"])
    assert result["found"] == [] and result["status"] != 0
    assert result["seen"] == []
