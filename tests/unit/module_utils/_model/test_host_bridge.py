# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of a bridge may say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._model.host_bridge import (
    HostBridge,
    rollback_seconds,
)


def bridge(**params: Any) -> HostBridge:
    return HostBridge.from_params({"name": "br0", **params})


def test_what_is_left_out_is_not_managed() -> None:
    assert bridge(persist="auto") == HostBridge(name="br0")


def test_values_get_one_spelling() -> None:
    spec = bridge(
        addresses=["10.9.0.1/24", "FD00:9:0::1/64", "dhcp", "dhcp"], gateway6="FD00:9::FE", persist="none"
    )
    assert spec.addresses == ("10.9.0.1/24", "fd00:9::1/64", "dhcp")
    assert (spec.gateway6, spec.persist) == ("fd00:9::fe", "none")
    assert (spec.static, spec.dhcp) == (("10.9.0.1/24", "fd00:9::1/64"), True)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"name": "a" * 16}, "name: .* is not a bridge name"),
        ({"name": "br0\n"}, "is not a bridge name"),
        ({"name": "-x"}, "is not a bridge name"),
        ({"name": "br 0"}, "is not a bridge name"),
        ({"ports": ["eth0 up"]}, "ports: 'eth0 up' is not"),
        ({"ports": ["../eth0"]}, "ports: "),
        ({"ports": ["br0"]}, "br0 cannot be a port of br0"),
        ({"ports": ["lo"]}, "lo cannot be a port"),
        ({"ports": ["eth0", "eth0"]}, "written twice"),
        ({"addresses": ["10.9.0.1"]}, "has no prefix"),
        ({"addresses": ["10.9.0.1/33"]}, "is not an address"),
        ({"addresses": ["10.9.0.1/24 dev eth0"]}, "is not an address"),
        ({"addresses": ["10.9.0.1/24"], "gateway": "10.8.0.1"}, "gateway: 10.8.0.1 is in no subnet"),
        ({"addresses": ["dhcp"], "gateway6": "fd00::1"}, "gateway6: fd00::1 is in no subnet"),
        ({"gateway": "fd00::1"}, "gateway: 'fd00::1' is not an IPv4 address"),
        ({"gateway6": "10.9.0.1"}, "gateway6: '10.9.0.1' is not an IPv6 address"),
        ({"mtu": 67}, "mtu: 67 is out of range"),
        ({"mtu": 65536}, "mtu: 65536 is out of range"),
    ],
)
def test_what_cannot_be_is_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words) as caught:
        bridge(**params)
    assert caught.value.kind == "host_bridge"


@pytest.mark.parametrize(
    ("address", "gateway"), [("10.9.0.1/24", "10.9.0.254"), ("dhcp", "10.9.0.254"), ("fd00::1/64", "fe80::1")]
)
def test_a_router_on_the_link_is_reached(address: str, gateway: str) -> None:
    assert bridge(addresses=[address], **{"gateway6" if ":" in gateway else "gateway": gateway})


@pytest.mark.parametrize(("text", "seconds"), [("60", 60), ("15s", 15), ("2m", 120), ("1h", 3600)])
def test_how_long_a_change_may_wait(text: str, seconds: float) -> None:
    assert rollback_seconds({"name": "br0", "rollback_timeout": text}) == seconds


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"rollback_timeout": "9"}, "10 to 3600 s"),
        ({"rollback_timeout": "2h"}, "out of range"),
        ({"rollback_timeout": "soon"}, "is not a duration"),
        ({"rollback_timeout": "30", "stp": True}, "45 to 3600 s, since stp"),
    ],
)
def test_a_wait_that_tells_nothing_is_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpec, match=words):
        rollback_seconds({"name": "br0", **params})
