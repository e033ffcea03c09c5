"""The guard: which addresses are public, and which `allow_private` allows (RFC 6890)."""

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.errors import BlockedAddress
from worker.fetch import check_address
from worker.fetch.guard import non_public_kind

NOT_PUBLIC = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "private",
    "100.127.255.255": "private",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "169.254.169.254": "link-local",
    "169.254.0.1": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.8": "reserved",
    "192.0.2.1": "private",
    "192.88.99.1": "reserved",
    "192.168.1.1": "private",
    "198.18.0.1": "private",
    "203.0.113.9": "private",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "reserved",
    "::8.8.8.8": "reserved",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.0.0.1": "private",
    "::ffff:169.254.169.254": "link-local",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b:1::8.8.8.8": "private",
    "100::1": "reserved",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe": "private",  # Teredo of 10.0.0.1
    "2001:db8::1": "reserved",
    "2002:7f00:1::": "loopback",  # 6to4 of 127.0.0.1
    "2002:a00:1::1": "private",
    "2002:a9fe:a9fe::": "link-local",
    "2002:808:808::1": "6to4",
    "3fff::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "febf::1": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
    "::ffff:0:127.0.0.1": "reserved",  # RFC 2765: IPv4-translated
    "0:1::1": "reserved",
    "4000::1": "reserved",
    "2001:470:1::5efe:127.0.0.1": "loopback",  # RFC 5214: ISATAP
    "2a00:1450::200:5efe:10.0.0.1": "private",
}
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001::1",
    "2a00:1450::200:5efe:8.8.8.8", "3ffe::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_blocked_and_classified(ip):
    with pytest.raises(BlockedAddress) as caught:
        check_address(ip, "intern.example", 80, ())
    kind = NOT_PUBLIC[ip]
    assert str(caught.value) == (
        f"address {ip} of intern.example is {kind}; add it to http.allow_private to allow it"
    )


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_is_allowed(ip):
    assert non_public_kind(ipaddress.ip_address(ip)) is None
    assert check_address(ip, "news.example", 443, ()) is None


@pytest.mark.parametrize(
    ("entry", "ip", "host", "port", "passes"),
    [
        ("10.0.0.0/8", "10.1.2.3", "a.example", 80, True),
        ("10.0.0.0/8", "11.1.2.3", "a.example", 80, True),  # public anyway
        ("10.0.0.0/8", "192.168.0.1", "a.example", 80, False),
        ("10.0.0.1/8", "10.1.2.3", "a.example", 80, True),  # host bits set
        ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:10.1.2.3", 80, True),
        ("10.0.0.5", "10.0.0.5", "x", 9000, True),
        ("10.0.0.5", "10.0.0.6", "x", 80, False),
        ("10.0.0.5:8080", "10.0.0.5", "x", 8080, True),
        ("10.0.0.5:8080", "10.0.0.5", "x", 80, False),
        ("intern.example", "10.0.0.5", "intern.example", 80, True),
        ("Intern.Example.", "10.0.0.5", "intern.example", 80, True),
        ("intern.example", "10.0.0.5", "INTERN.example.", 80, True),
        ("intern.example", "10.0.0.5", "sub.intern.example", 80, False),
        ("intern.example", "10.0.0.5", "10.0.0.5", 80, False),
        ("intern.example:8080", "10.0.0.5", "intern.example", 8080, True),
        ("intern.example:8080", "10.0.0.5", "intern.example", 80, False),
        ("fd00::/8", "fd12::1", "x", 80, True),
        ("::1", "::1", "::1", 80, True),
        ("[::1]", "::1", "::1", 80, True),
        ("[::1]:8080", "::1", "::1", 8080, True),
        ("[::1]:8080", "::1", "::1", 80, False),
        ("::1", "127.0.0.1", "localhost", 80, False),
        ("0.0.0.0/0", "169.254.169.254", "x", 80, True),
        ("", "10.0.0.5", "x", 80, False),
        ("nonsense//", "10.0.0.5", "x", 80, False),
    ],
)
def test_allow_private_accepts_networks_hosts_and_ports(entry, ip, host, port, passes):
    assert passes_guard(ip, host, port, (entry,)) is passes


def passes_guard(ip, host="x.example", port=80, allow=()):
    try:
        check_address(ip, host, port, allow)
    except BlockedAddress:
        return False
    return True


def embeddings(v4):
    """Return the IPv6 forms that embed an IPv4 address."""
    high, low = int(v4) >> 16, int(v4) & 0xFFFF
    return [f"::ffff:{v4}", f"64:ff9b::{high:x}:{low:x}"]


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_classified_like_the_address_itself(v4):
    assert {passes_guard(form) for form in embeddings(v4)} == {passes_guard(str(v4))}


@given(st.ip_addresses(v=4))
def test_no_address_of_6to4_is_public(v4):
    assert not passes_guard(f"2002:{int(v4) >> 16:x}:{int(v4) & 0xFFFF:x}::1")


@given(st.ip_addresses())
@example(ipaddress.ip_address("2002:b00::"))
def test_the_guard_is_at_least_as_strict_as_the_registry(address):
    if not address.is_global and not getattr(address, "ipv4_mapped", None):
        assert not passes_guard(str(address))
