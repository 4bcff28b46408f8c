# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's links, addresses and routes: how they are, and how they get to where they are to be.

A copy of this file goes to the host beside ``bridge_restore``: it needs nothing but Python and ``ip``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

#: What a link's addresses and routes are held against: all that is there, what nobody's daemon gave, nothing.
ALL, STATIC, ADDED = "all", "static", "added"
_SETTLED_LOOKS, _LOOK_SECONDS = 3, 0.4
DEFAULTS = ("default", "::/0")
_DAEMONS = ("dhcp", "ra", "redirect")

Read = Callable[[Sequence[str]], str]
Links = dict[str, dict[str, Any]]


def look(read: Read) -> Links:
    """All links by name, each with its addresses and routes in the words of ``ip``."""
    links = {
        link["ifname"]: _link(link) for link in json.loads(read(["ip", "-json", "-details", "link"]) or "[]")
    }
    for link in json.loads(read(["ip", "-json", "address"]) or "[]"):
        if link.get("ifname") in links:
            infos = (_address(info) for info in link.get("addr_info", ()))
            links[link["ifname"]]["addresses"] = [info for info in infos if info]
    for family in ("-4", "-6"):
        for route in json.loads(read(["ip", "-json", family, "route"]) or "[]"):
            way = _route(route, family)
            if way and route.get("dev") in links:
                links[route["dev"]]["routes"].append(way)
    return links


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    info = link.get("linkinfo", {})
    settings = info.get("info_data", {})
    return {
        "kind": info.get("info_kind"),
        "master": link.get("master"),
        "below": link.get("link"),
        "up": "UP" in link["flags"],
        "mtu": link["mtu"],
        "mac": link.get("address"),
        "stp": bool(settings.get("stp_state")),
        "vlan_filtering": bool(settings.get("vlan_filtering")),
        "addresses": [],
        "routes": [],
    }


def _address(info: Mapping[str, Any]) -> dict[str, Any] | None:
    """What IPv6 makes by itself comes again by itself."""
    made = (
        info.get("temporary") or info.get("mngtmpaddr") or (info.get("dynamic") and info["family"] == "inet6")
    )
    if info.get("scope") not in ("global", "site") or made:
        return None
    at = f"{info['local']}/{info['prefixlen']}"
    words = [at]
    if info.get("broadcast"):
        words += ["broadcast", info["broadcast"]]
    if info.get("dynamic"):
        words += [
            "valid_lft",
            str(info["valid_life_time"]),
            "preferred_lft",
            str(info["preferred_life_time"]),
        ]
    # Not so noprefixroute: who says that adds the way to the subnet by itself, and until then nobody would.
    words += ["nodad"] if info["family"] == "inet6" else []
    return {"at": at, "words": words, "dynamic": bool(info.get("dynamic"))}


def _route(route: Mapping[str, Any], family: str) -> dict[str, Any] | None:
    if route.get("protocol") in ("kernel", "ra", "redirect") or route.get("type", "unicast") != "unicast":
        return None
    to = "::/0" if family == "-6" and route["dst"] == "default" else route["dst"]
    # The kernel's own, where nobody says another.
    metric = None if route.get("metric") == 1024 and family == "-6" else route.get("metric")
    words = [to]
    for key, word in (("gateway", "via"), ("prefsrc", "src"), ("metric", "metric"), ("protocol", "proto")):
        value = metric if key == "metric" else route.get(key)
        words += [word, str(value)] if value else []
    if route.get("scope") == "link" and not route.get("gateway"):
        words += ["scope", "link"]
    words += ["onlink"] if "onlink" in route.get("flags", ()) else []
    return {
        "to": to,
        "via": route.get("gateway"),
        "metric": metric,
        "dynamic": route.get("protocol") in _DAEMONS,
        "words": words,
    }


def lines(now: Links, wanted: Mapping[str, Mapping[str, Any] | None]) -> list[str]:
    """For ``ip -batch``: what leads from the links as they are to those that are wanted, None being no such link.

    A bridge comes before its ports and goes before them; addresses go everywhere before they come anywhere, and in an
    order in which none takes others with it.
    """
    made = [name for name, link in wanted.items() if link and name not in now and link["kind"] == "bridge"]
    there = {name: link for name, link in wanted.items() if link and (name in now or name in made)}
    gone = [name for name, link in wanted.items() if link is None and name in now]
    found = {name: now.get(name) or _link({"flags": (), "mtu": None}) for name in there}
    bare = {
        name: {**link, "master": None} if link["master"] in gone else link for name, link in found.items()
    }
    steps = [
        *(f"link add name {name} {_mac(there[name])}type bridge" for name in made),
        *(f"link delete dev {name}" for name in gone),
        *(line for name, link in there.items() for line in _settings(name, bare[name], link)),
        *(
            f"address delete {held['at']} dev {name}"
            for name, link in there.items()
            for held in reversed(_surplus(link, found[name]["addresses"], link["addresses"], "at"))
        ),
        *(
            f"address replace {' '.join(held['words'])} dev {name}"
            for name, link in there.items()
            for held in _missing(found[name]["addresses"], link["addresses"], "at")
        ),
        *(line for name, link in there.items() for line in _ways(name, found[name]["routes"], link)),
    ]
    # With an address goes what hung on it: what is left of the routes is seen by the next look.
    return steps or [
        line for name, link in there.items() for line in _old_ways(name, found[name]["routes"], link)
    ]


def _mac(link: Mapping[str, Any]) -> str:
    return f"address {link['mac']} " if link.get("mac") else ""


def _settings(name: str, now: Mapping[str, Any], link: Mapping[str, Any]) -> Iterator[str]:
    if link["kind"] == "bridge":
        changed = [
            key for key in ("stp", "vlan_filtering") if link.get(key) is not None and link[key] != now[key]
        ]
        options = {"stp": "stp_state", "vlan_filtering": "vlan_filtering"}
        for key in changed:
            yield f"link set dev {name} type bridge {options[key]} {int(link[key])}"
    if link["master"] != now["master"]:
        yield f"link set dev {name} " + (f"master {link['master']}" if link["master"] else "nomaster")
    if link.get("mtu") and link["mtu"] != now["mtu"]:
        yield f"link set dev {name} mtu {link['mtu']}"
    if link["up"] != now["up"]:
        yield f"link set dev {name} " + ("up" if link["up"] else "down")


def _surplus(link: Mapping[str, Any], now: Sequence[Any], wanted: Sequence[Any], key: str) -> list[Any]:
    keys = {held[key] for held in wanted}
    extent = link.get("extent", ALL)
    return [
        h for h in now if h[key] not in keys and (extent == ALL or (extent == STATIC and not h["dynamic"]))
    ]


def _missing(now: Sequence[Any], wanted: Sequence[Any], key: str) -> list[Any]:
    keys = {held[key] for held in now}
    return [held for held in wanted if held[key] not in keys]


def _ways(name: str, now: Sequence[Any], link: Mapping[str, Any]) -> Iterator[str]:
    """Those on the link itself come first, since others may lead over them."""
    wanted = [{**way, "key": _key(way)} for way in link["routes"]]
    present = [{**way, "key": _key(way)} for way in now]
    for way in sorted(_missing(present, wanted, "key"), key=lambda way: way["via"] is not None):
        yield f"route replace {' '.join(way['words'])} dev {name}"


def _old_ways(name: str, now: Sequence[Any], link: Mapping[str, Any]) -> Iterator[str]:
    wanted = [{**way, "key": _key(way)} for way in link["routes"]]
    defaults = {way["to"] for way in wanted if way["to"] in DEFAULTS}
    everything = link.get("extent", ALL) == ALL
    for way in _surplus({}, [{**way, "key": _key(way)} for way in now], wanted, "key"):
        if everything or (not way["dynamic"] and way["to"] in defaults):
            yield f"route delete {' '.join(way['words'])} dev {name}"


def _key(way: Mapping[str, Any]) -> tuple[Any, ...]:
    return way["to"], way["via"], way["metric"]


def settle(
    wanted: Mapping[str, Any], read: Read, take: Callable[[Sequence[str]], object], seconds: float
) -> list[str]:
    """Brings the links there until they stay so, whatever a daemon does meanwhile. What is left to do at the deadline.

    ``take`` gets the lines of a batch.
    """
    deadline, looks = time.monotonic() + seconds, 0
    left = lines(look(read), wanted)
    while looks < _SETTLED_LOOKS:
        if left:
            looks = 0
            take(left)
        else:
            looks += 1
        if time.monotonic() > deadline:
            return left
        time.sleep(_LOOK_SECONDS)
        left = lines(look(read), wanted)
    return left
