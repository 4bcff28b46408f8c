# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine adds to what is asked of a container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import container_prepare
from ansible_collections.hybrid.host.plugins.module_utils._container.container_prepare import Preparation
from ansible_collections.hybrid.host.plugins.module_utils._container.container_settings import SETTINGS
from ansible_collections.hybrid.host.plugins.module_utils._model.comparisons import lenient
from ansible_collections.hybrid.host.plugins.module_utils._model.container import Container

OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
FOUND = Container("web", image="app:latest", image_id=OLD, outdated=True)


class Images:
    """An engine with these images, by their names and ids."""

    def __init__(
        self, images: Mapping[str, Mapping[str, Any]], podman: tuple[int, ...] | None = None
    ) -> None:
        self._images = images
        self.podman = podman

    def find(self, call: Any) -> Any:
        return call(self)

    def inspect_image(self, name: str) -> Mapping[str, Any] | None:
        return self._images.get(name)


def prepared(params: Mapping[str, Any], found: Container = FOUND) -> Container:
    engine: Any = Images({"app:1": {"Id": OLD}, "app:2": {"Id": NEW}, "app:latest": {"Id": NEW}})
    return Preparation(engine, found).of(Container.from_params({"name": "web", **params}))


@pytest.mark.parametrize("policy", ["missing", "never", "always"])
def test_an_id_stays_what_is_asked_and_no_registry_is_asked_for_it(policy: str) -> None:
    asked = prepared({"image": OLD, "pull": policy})
    assert (asked.image, asked.image_id, asked.digest, asked.pull) == (OLD, OLD, None, "never")


@pytest.mark.parametrize(("image", "identity"), [("app:1", OLD), ("app:2", NEW), ("app:3", None)])
@pytest.mark.parametrize("policy", ["missing", "always"])
def test_where_the_name_does_not_matter_the_id_does(
    image: str, identity: str | None, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container_prepare, "registry_digest", lambda _engine, name: f"of {name}")
    asked = prepared({"image": image, "image_name_mismatch": "ignore", "pull": policy})
    assert (asked.image, asked.image_id) == (image, identity)
    assert asked.digest == (f"of {image}" if policy == "always" else None)


@pytest.mark.parametrize(("podman", "name"), [(None, "bridge"), ((5, 4, 2), "podman")])
def test_the_default_network_is_asked_for_by_the_engines_name(
    podman: tuple[int, ...] | None, name: str
) -> None:
    engine: Any = Images({}, podman)
    asked = Container.from_params({"name": "web", "networks": [{"name": "bridge"}, {"name": "lan"}]})
    places = Preparation(engine, FOUND).of(asked).networks or ()
    assert [place.name for place in places] == [name, "lan"]


def test_where_the_name_matters_it_alone_does() -> None:
    assert prepared({"image": "app:1"}).image_id is None


@pytest.mark.parametrize(
    ("ports", "found", "exposed"),
    [
        (["80:9090"], [], ["8080/tcp", "9090/tcp"]),
        (None, ["80:9090"], ["8080/tcp", "9090/tcp"]),
        (["80:9090"], ["80:9091", "81:9092"], ["8080/tcp", "9090/tcp", "9092/tcp"]),
    ],
)
def test_a_port_that_is_published_is_exposed(
    ports: list[str] | None, found: list[str], exposed: list[str]
) -> None:
    usual = lenient(Container)
    params = {"exposed_ports": ["8080"], "published_ports": ports, "comparisons": {"exposed_ports": "strict"}}
    there = Container.from_params({"name": "web", "published_ports": found}, usual)
    engine: Any = Images({})
    asked = Preparation(engine, there).of(Container.from_params({"name": "web", **params}, usual))
    assert sorted(asked.exposed_ports or ()) == exposed


def test_processors_are_asked_for_as_they_are_kept() -> None:
    setting = SETTINGS["cpus"]
    asked = Container.from_params({"name": "web", "cpus": 1 / 3})
    assert setting.read(setting.write(asked.cpus)) == asked.cpus
