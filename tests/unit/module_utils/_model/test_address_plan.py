# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses: fixed ones honoured, none twice, the same on every run."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec, Refused
from ansible_collections.hybrid.host.plugins.module_utils._model.address_plan import (
    Seat,
    Segment,
    plan_addresses,
)
from hypothesis import given
from hypothesis import strategies as st

SEGMENT = Segment(
    "lan",
    "10.77.0.0/28",
    "10.77.0.1",
    {"vm": ("10.77.0.2", "10.77.0.7"), "container": ("10.77.0.8", "10.77.0.14")},
)


def vm(name: str, fixed: str | None = None, present: str | None = None) -> Seat:
    return Seat(Address("vm", name), fixed, present)


def container(name: str, fixed: str | None = None, present: str | None = None) -> Seat:
    return Seat(Address("container", name), fixed, present)


def test_each_kind_has_its_range() -> None:
    planned = plan_addresses(SEGMENT, [vm("erp"), container("app"), container("db")])
    assert list(planned.values()) == ["10.77.0.2", "10.77.0.8", "10.77.0.9"]


def test_what_is_there_stays_and_what_is_fixed_wins() -> None:
    seats = [container("new"), container("old", present="10.77.0.8"), container("app", fixed="10.77.0.9")]
    planned = plan_addresses(SEGMENT, seats)
    assert planned == {
        Address("container", "app"): "10.77.0.9",
        Address("container", "old"): "10.77.0.8",
        Address("container", "new"): "10.77.0.10",
    }


@pytest.mark.parametrize(
    ("seats", "text"),
    [
        ([vm("a", "10.77.0.3"), vm("b", "10.77.0.3")], "vm b: 10.77.0.3 on network lan belongs to vm/a"),
        ([vm("a", "10.77.0.1")], "belongs to the gateway"),
        ([vm("a", "10.78.0.1")], "is not an address for workloads of network lan"),
        ([vm("a", "10.77.0.15")], "is not an address for workloads of network lan"),
        ([vm("a", "<b>")], "'<b>' is not an address"),
    ],
)
def test_wrong_fixed_addresses(seats: list[Seat], text: str) -> None:
    with pytest.raises(InvalidSpec, match=text):
        plan_addresses(SEGMENT, seats)


def test_a_range_that_is_used_up() -> None:
    with pytest.raises(Refused, match="no address is left between 10.77.0.2 and 10.77.0.7"):
        plan_addresses(SEGMENT, [vm(str(number)) for number in range(7)])


@given(st.lists(st.sampled_from("abcdefg"), unique=True), st.lists(st.sampled_from("abcdefg"), unique=True))
def test_nobody_moves_when_others_come_and_go(first: list[str], second: list[str]) -> None:
    before = plan_addresses(SEGMENT, [container(name) for name in first])
    present = {address.name: ip for address, ip in before.items()}
    after = plan_addresses(SEGMENT, [container(name, present=present.get(name)) for name in second])
    assert len(set(after.values())) == len(second)
    assert all(ip == before[address] for address, ip in after.items() if address in before)
