# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of Podman, as Docker would tell of them."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.network import read
from ansible_collections.hybrid.host.plugins.module_utils._container.network_answers import of_podman
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._model.container_network import ContainerNetwork


@pytest.mark.parametrize(
    ("leases", "block"),
    [
        ({"start_ip": "10.71.7.129", "end_ip": "10.71.7.255"}, "10.71.7.128/25"),
        ({"start_ip": "10.71.7.128", "end_ip": "10.71.7.254"}, "10.71.7.128/25"),
        ({"start_ip": "10.71.7.65", "end_ip": "10.71.7.127"}, "10.71.7.64/26"),
        ({"start_ip": "10.71.7.10", "end_ip": "10.71.7.99"}, None),
        (None, None),
    ],
)
def test_podman_tells_of_a_network_what_it_was_asked(
    leases: dict[str, str] | None, block: str | None
) -> None:
    row = {
        "name": "lan",
        "id": "7",
        "driver": "bridge",
        "network_interface": "hv-lan",
        "internal": True,
        "subnets": [{"subnet": "10.71.7.0/24", "gateway": "10.71.7.1", "lease_range": leases}],
        "options": {"isolate": "true", "mtu": "1400"},
        "labels": None,
    }
    assert read(of_podman(row)) == ContainerNetwork(
        name="lan",
        driver="bridge",
        subnet="10.71.7.0/24",
        gateway="10.71.7.1",
        ip_range=block,
        bridge="hv-lan",
        internal=True,
        masquerade=True,
        mtu=1400,
        hands_off=False,
        options={
            "com.docker.network.bridge.name": "hv-lan",
            "com.docker.network.driver.mtu": "1400",
            "isolate": "true",
        },
        labels={},
        network_id="7",
    )


def test_options_of_podman_s_drivers_are_found_again() -> None:
    row = {
        "name": "lan",
        "id": "7",
        "driver": "macvlan",
        "network_interface": "eth1",
        "options": {"mode": "bridge"},
    }
    asked = ContainerNetwork("lan", parent="eth1", options={"mode": "bridge"})
    assert compare(asked, read(of_podman(row))) == ()
