# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Podman tells, recorded on 4.3 and 5.4, as Docker would tell it; and what is remembered of what was asked."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container.container_answer import (
    Surroundings,
    masked,
    read,
)
from ansible_collections.hybrid.host.plugins.module_utils._container.container_body import write
from ansible_collections.hybrid.host.plugins.module_utils._container.container_limits import (
    podman_update,
    with_podman_costs,
)
from ansible_collections.hybrid.host.plugins.module_utils._container.podman_answers import as_docker_tells
from ansible_collections.hybrid.host.plugins.module_utils._container.podman_asked import ASKED, for_podman
from ansible_collections.hybrid.host.plugins.module_utils._core.compare import compare
from ansible_collections.hybrid.host.plugins.module_utils._core.field import Disruption
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

ANSWERS = Path(__file__).parent / "answers"
RECORDED = ["podman-4.3", "podman-5.4"]
ALONE = Surroundings({}, {}, {})
# As each of the two was asked, all that it tells without a label.
ASKED_AS: dict[str, Any] = {
    "name": "rec",
    "image": "co-bare:1",
    "entrypoint": ["sh", "-c", "sleep 100; echo 'a  b'"],
    "command": ["x y"],
    "stop_signal": "SIGRTMIN+3",
    "volumes": ["/srv:/srv:ro", "co-data:/data", "/unnamed"],
    "exposed_ports": ["99"],
    "healthcheck": {"test": ["test", "-d", "/a  b"], "interval": "5s"},
    "labels": {"a": "b"},
    "env": {"A": "b"},
    "init": True,
    "capabilities": ["NET_ADMIN"],
    "cap_drop": ["KILL"],
    "tmpfs": ["/t:size=1m"],
    "memory": "64M",
    "memory_swap": "-1",
    "cpus": 0.5,
    "read_only": True,
    "devices": ["/dev/null:/dev/xnull"],
    "security_opts": ["no-new-privileges"],
    "log_driver": "json-file",
    "log_options": {"max-size": "1MB", "tag": "t"},
    "restart_policy": "always",
    "networks": [{"name": "co-one", "aliases": ["web"]}],
    "network_mode": "co-one",
}
# What it does not tell, or not as it was asked: its label does.
BESIDES: dict[str, Any] = {
    "volumes": ["/srv:/srv:ro,Z", "co-data:/data:U", "/unnamed"],
    "published_ports": ["80"],
    "ulimits": ["core:0"],
    "sysctls": {"net.ipv4.ip_forward": "1"},
    "tmpfs": ["/t:size=1m", "/run"],
    "devices": ["/dev/null:/dev/xnull:rw"],
    "security_opts": ["no-new-privileges:true"],
    "log_options": {"max-size": "1m", "tag": "t"},
    "ipc_mode": "private",
    "networks": [{"name": "co-one", "aliases": ["web"], "ipv4_address": "10.79.20.20"}],
}


@pytest.fixture(params=RECORDED)
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((ANSWERS / f"{request.param}.json").read_text(encoding="utf-8"))
    return answer


def labelled(told: dict[str, Any], spec: Container) -> dict[str, Any]:
    told = copy.deepcopy(told)
    told["Config"]["Labels"].update(for_podman(write(spec), spec)["Labels"])
    return told


def differing(spec: Container, told: dict[str, Any]) -> list[str]:
    return [d.path for d in compare(spec, read(as_docker_tells(told), ALONE))]


def test_what_it_tells_of_somebody_else_s_container(told: dict[str, Any]) -> None:
    assert differing(Container.from_params(ASKED_AS), told) == []


def test_what_it_tells_only_with_its_label(told: dict[str, Any]) -> None:
    spec = Container.from_params({**ASKED_AS, **BESIDES})
    assert differing(spec, labelled(told, spec)) == []
    assert {path.partition("[")[0] for path in differing(spec, told)} >= {"published_ports", "sysctls"}


def test_the_label_of_another_container_tells_nothing(told: dict[str, Any]) -> None:
    other = Container.from_params({**ASKED_AS, "name": "other", "sysctls": {"net.ipv4.ip_forward": "0"}})
    assert read(as_docker_tells(labelled(told, other)), ALONE).sysctls == {}


@pytest.mark.parametrize("label", ["", "{", "[]", "7", '{"Name": "rec"}', '{"Name":"rec","Config":1}'])
def test_a_label_that_somebody_else_wrote_tells_nothing(told: dict[str, Any], label: str) -> None:
    told["Config"]["Labels"][ASKED] = label
    assert differing(Container.from_params(ASKED_AS), told) == []


def test_what_podman_filled_in_is_left_out(told: dict[str, Any]) -> None:
    answer = as_docker_tells(told)
    host, config = answer["HostConfig"], answer["Config"]
    assert not any(host[key] for key in ("IpcMode", "PidMode", "UTSMode", "ShmSize", "PidsLimit", "Runtime"))
    assert "nproc" not in [limit["Name"] for limit in host["Ulimits"] if limit["Hard"] == 1 << 20]
    assert (host["CpuPeriod"], host["CpuQuota"], host["MemorySwap"]) == (0, 0, -1)
    assert config["Healthcheck"] == {"Test": ["CMD", "test", "-d", "/a  b"], "Interval": 5 * 10**9}
    assert host["Annotations"] == {}
    assert not any(item.startswith("HOSTNAME=") for item in config["Env"])


def test_of_one_that_runs_the_address_that_it_has_counts(told: dict[str, Any]) -> None:
    spec = Container.from_params({**ASKED_AS, **BESIDES})
    told = labelled(told, spec)
    told["NetworkSettings"]["Networks"]["co-one"]["IPAddress"] = "10.79.20.99"
    (place,) = read(as_docker_tells(told), ALONE).networks or ()
    assert (place.ipv4_address, place.address) == ("10.79.20.99", "10.79.20.99")


def test_its_own_id_is_no_alias_of_it(told: dict[str, Any]) -> None:
    (place,) = read(as_docker_tells(told), ALONE).networks or ()
    assert place.aliases == ("web",)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        *(
            ("created", "stopped"),
            ("configured", "stopped"),
            ("initialized", "stopped"),
            ("exited", "stopped"),
        ),
        *(("stopped", "stopped"), ("removing", "removing"), ("stopping", "stopping"), ("paused", "paused")),
        *(("", "stopped"), ("unheard of", "stopped")),
    ],
)
def test_states(told: dict[str, Any], word: str, state: str) -> None:
    told["State"]["Status"] = word
    assert read(as_docker_tells(told), ALONE).state == state


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("Binds", ["/a:/b:ro:odd"], "volumes"),
        ("PortBindings", {"80-81/tcp": [{"HostPort": "80"}]}, "published_ports"),
        ("Ulimits", [{"Name": "core"}], "ulimits"),
    ],
)
def test_what_cannot_be_read_is_nobody_s_business(
    told: dict[str, Any], key: str, value: Any, field: str
) -> None:
    answer = as_docker_tells(told)
    answer["HostConfig"][key] = value
    assert getattr(read(answer, ALONE), field) is None


def test_a_command_whose_words_have_spaces_stays_one() -> None:
    spec = Container.from_params({"name": "a", "healthcheck": {"test": ["test", "-d", "/a  b"]}})
    assert for_podman(write(spec), spec)["Healthcheck"]["Test"] == ['["test", "-d", "/a  b"]']


def test_unlimited_swap_is_more_than_any_host_has() -> None:
    spec = Container.from_params({"name": "a", "memory": "64M", "memory_swap": "-1"})
    assert for_podman(write(spec), spec)["HostConfig"]["MemorySwap"] == 2**63 - 4096


@pytest.mark.parametrize(
    ("podman", "wanted", "cost"),
    [
        ((5, 4, 2), {"memory": "64M"}, Disruption.LIVE),
        ((4, 3, 1), {"memory": "64M"}, Disruption.REPLACE),
        ((5, 4, 2), {"memory": 0}, Disruption.REPLACE),
        ((5, 4, 2), {"cpuset_cpus": "0-1"}, Disruption.LIVE),
        ((5, 4, 2), {"cpuset_mems": "0"}, Disruption.REPLACE),
        ((5, 4, 2), {"restart_policy": "no"}, Disruption.LIVE),
        ((5, 4, 2), {"networks": [{"name": "lan"}]}, Disruption.REPLACE),
    ],
)
def test_costs(podman: tuple[int, ...], wanted: dict[str, Any], cost: Disruption) -> None:
    found = Container("a", state="stopped", memory=1 << 30, cpuset_cpus="0", restart_policy="always")
    differences = compare(Container.from_params({"name": "a", **wanted}), found)
    assert [d.disruption for d in with_podman_costs(differences, found, podman)] == [cost]


def test_an_update_in_podman_s_own_words() -> None:
    body = {
        "Memory": 1 << 26,
        "MemorySwap": 1 << 27,
        "NanoCpus": 5 * 10**8,
        "CpusetCpus": "0",
        "PidsLimit": 9,
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
    }
    assert podman_update(body) == (
        "?restartPolicy=on-failure&restartRetries=3",
        {
            "memory": {"limit": 1 << 26, "swap": 1 << 27},
            "cpu": {"cpus": "0", "period": 100_000, "quota": 50_000},
            "pids": {"limit": 9},
        },
    )


def test_no_result_shows_the_environment(told: dict[str, Any]) -> None:
    told["Config"].update(Env=["PGPASS=s3cret"], CreateCommand=["podman", "run", "-e", "PGPASS=s3cret"])
    shown = masked(as_docker_tells(told))
    assert shown["Config"]["Env"] == ["PGPASS=********"]
    assert "s3cret" not in str(shown)
