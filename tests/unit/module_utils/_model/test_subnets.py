# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ranges for both kinds of workloads in any subnet, and subnets that nobody has."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model import subnets
from hypothesis import given
from hypothesis import strategies as st

SUBNETS = st.builds(
    lambda number, prefix: str(ipaddress.IPv4Network((number, prefix), strict=False)),
    st.integers(0x0A000000, 0x0AFFFFFF),
    st.integers(9, subnets.SMALLEST),
)


def occupied(subnet: str, name: str = "other") -> subnets.Occupied:
    return subnets.Occupied(ipaddress.IPv4Network(subnet), Address("network", name))


@pytest.mark.parametrize(
    "wrong",
    ["", "10.71.1.0", "10.71.1.1/24", "10.71.1.0/33", "fd00::/64", "10.71.1.0/30", "0.0.0.0/0", "<a/>"],
)
def test_what_is_no_subnet_for_workloads(wrong: str) -> None:
    with pytest.raises(InvalidSpec, match="subnet"):
        subnets.parse_subnet(wrong)


@given(SUBNETS, st.data())
def test_both_kinds_have_ranges_of_their_own(subnet: str, drawn: st.DataObject) -> None:
    network = ipaddress.IPv4Network(subnet)
    gateway = str(network[drawn.draw(st.integers(1, network.num_addresses - 2))])
    first, last = subnets.lower_range(subnet, gateway, None)
    start, end = subnets.bounds(subnets.upper_block(subnet, (first, last)), subnet)
    for address in (first, last, start, end):
        assert subnets.is_usable(address, subnet)
    assert not subnets.in_range(gateway, first, last)
    assert ipaddress.IPv4Address(first) <= ipaddress.IPv4Address(last) < ipaddress.IPv4Address(start)


@pytest.mark.parametrize(
    ("taken", "vms"),
    [
        (None, ("10.71.1.2", "10.71.1.127")),
        (("10.71.1.192", "10.71.1.223"), ("10.71.1.2", "10.71.1.127")),
        (("10.71.1.16", "10.71.1.31"), ("10.71.1.32", "10.71.1.254")),
    ],
)
def test_vms_get_what_containers_leave(taken: tuple[str, str] | None, vms: tuple[str, str]) -> None:
    assert subnets.lower_range("10.71.1.0/24", "10.71.1.1", taken) == vms


@pytest.mark.parametrize(
    ("taken", "block"),
    [
        (None, "10.71.1.128/25"),
        (("10.71.1.2", "10.71.1.127"), "10.71.1.128/25"),
        (("10.71.1.100", "10.71.1.200"), "10.71.1.0/26"),
    ],
)
def test_containers_get_what_vms_leave(taken: tuple[str, str] | None, block: str) -> None:
    assert subnets.upper_block("10.71.1.0/24", taken) == block


def test_vms_who_leave_nothing() -> None:
    with pytest.raises(Refused, match="leaves none of 10"):
        subnets.upper_block("10.71.1.0/24", ("10.71.1.2", "10.71.1.254"))


def test_containers_who_leave_nothing() -> None:
    with pytest.raises(Refused, match="leaves no address"):
        subnets.lower_range("10.71.1.0/24", "10.71.1.1", ("10.71.1.2", "10.71.1.254"))


@pytest.mark.parametrize(
    ("start", "end", "block"),
    [
        ("10.71.1.128", "10.71.1.255", "10.71.1.128/25"),
        ("10.71.1.128", "10.71.1.254", "10.71.1.128/25"),
        ("10.71.1.1", "10.71.1.127", "10.71.1.0/25"),
        ("10.71.1.64", "10.71.1.95", "10.71.1.64/27"),
        ("10.71.1.9", "10.71.1.9", "10.71.1.9/32"),
    ],
)
def test_a_range_that_is_one_block(start: str, end: str, block: str) -> None:
    assert subnets.covering(start, end, "10.71.1.0/24") == block


def test_a_range_that_is_none() -> None:
    with pytest.raises(InvalidSpec, match=r"one CIDR block.*10\.71\.1\.128/26"):
        subnets.covering("10.71.1.100", "10.71.1.200", "10.71.1.0/24")


@given(st.text(min_size=1, max_size=20))
def test_a_free_subnet_is_the_same_every_time_and_nobody_else_s(name: str) -> None:
    first = subnets.free_subnet(name, [])
    assert first == subnets.free_subnet(name, [occupied("172.17.0.0/16")])
    second = subnets.free_subnet(name, [occupied(first)])
    assert not ipaddress.IPv4Network(first).overlaps(ipaddress.IPv4Network(second))


def test_a_free_subnet_where_all_of_ten_is_routed() -> None:
    assert subnets.free_subnet("lan", [occupied("10.0.0.0/8")]).startswith("192.168.")


def test_no_free_subnet() -> None:
    with pytest.raises(Refused, match="no /24"):
        subnets.free_subnet("lan", [occupied("0.0.0.0/1"), occupied("128.0.0.0/1")])


def test_an_overlap_names_its_owner() -> None:
    with pytest.raises(Refused, match=r"overlaps 10\.71\.0\.0/16 of libvirt network other"):
        subnets.check_free("10.71.1.0/24", [occupied("10.72.0.0/16"), occupied("10.71.0.0/16")])


def test_halves_of_one_network_share_what_others_may_not() -> None:
    lan = subnets.Shared("lan", ipaddress.IPv4Network("10.71.1.0/24"))
    assert not lan.overlaps(subnets.Shared("lan", ipaddress.IPv4Network("10.71.1.0/24")))
    assert lan.overlaps(subnets.Shared("wan", ipaddress.IPv4Network("10.71.0.0/16")))
    assert not lan.overlaps(subnets.Shared("wan", ipaddress.IPv4Network("10.71.2.0/24")))
    assert subnets.Shared("lan", "hv-a").overlaps(subnets.Shared("wan", "hv-a"))
