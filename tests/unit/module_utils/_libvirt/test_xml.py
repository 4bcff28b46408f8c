# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptors read and write one place, keep everything else, and carry any text."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed, InvalidSpec
from ansible_collections.hybrid.host.plugins.module_utils._libvirt import xml
from hypothesis import given
from hypothesis import strategies as st

DOMAIN = """<domain type='qemu' xmlns:odd='urn:odd'>
  <!-- by hand -->
  <name>erp</name>
  <memory unit='MiB'>512</memory>
  <vcpu placement='static'>2</vcpu>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><source file='/a'/><target dev='vda'/><odd:note kept='yes'/></disk>
    <disk type='file' device='cdrom'><target dev='sda'/></disk>
    <channel type='unix'><target name='x'/></channel>
  </devices>
  <odd:unknown>kept</odd:unknown>
</domain>"""

XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    )
)


@dataclasses.dataclass(frozen=True)
class Disk:
    target: str
    source: str | None = None

    @property
    def key(self) -> str:
        return self.target


DISKS: xml.Children[Disk] = xml.Children(
    "./devices/disk[@device='disk']",
    {"target": xml.Text("./target/@dev"), "source": xml.Text("./source/@file")},
    Disk,
)


@pytest.fixture
def domain() -> xml.Element:
    return xml.parse(DOMAIN)


@pytest.mark.parametrize(
    ("descriptor", "value"),
    [
        (xml.Text("./name"), "erp"),
        (xml.Text("./vcpu/@placement"), "static"),
        (xml.Text("./devices/channel[@type='unix']/target/@name"), "x"),
        (xml.Text("./devices/channel[@type='pty']/target/@name"), None),
        (xml.Text("./title"), None),
        (xml.Integer("./vcpu"), 2),
        (xml.Bytes("./memory"), 512 * 1024**2),
        (xml.Bytes("./currentMemory"), None),
        (xml.Flag("./devices/disk/@device", "disk", "cdrom"), True),
        (xml.Presence("./features/acpi"), True),
        (xml.Presence("./features/apic"), False),
        (xml.Texts("./devices/disk/@device"), ("disk", "cdrom")),
        (DISKS, (Disk("vda", "/a"),)),
    ],
)
def test_reading(domain: xml.Element, descriptor: xml.Descriptor, value: Any) -> None:
    assert descriptor.read(domain) == value


@pytest.mark.parametrize(
    ("descriptor", "value"),
    [
        (xml.Text("./devices/channel[@type='pty']/target/@name"), "y"),
        (xml.Text("./metadata/{urn:hybrid:host}stack/@name"), "shop"),
        (xml.Integer("./devices/channel/@port"), 7),
        (xml.Bytes("./memory"), 3),
        (xml.Bytes("./memory"), 1024**3),
        (xml.Flag("./os/bios/@useserial"), False),
        (xml.Presence("./features/apic"), True),
        (xml.Texts("./os/boot/@dev"), ("hd", "network")),
        (
            xml.Group("./source", {"target": xml.Text("./@a"), "source": xml.Text("./@b")}, Disk),
            Disk("a", "b"),
        ),
        (DISKS, (Disk("vda", "/b"), Disk("vdb", "/c"))),
    ],
)
def test_what_is_written_is_read_and_the_rest_stays(
    domain: xml.Element, descriptor: xml.Descriptor, value: Any
) -> None:
    descriptor.write(domain, value)
    again = xml.parse(xml.render(domain))
    assert descriptor.read(again) == value
    text = xml.render(again)
    for kept in ("by hand", "odd:unknown", 'kept="yes"', 'dev="sda"', 'placement="static"'):
        assert kept in text


def test_removing_takes_away_what_is_left_empty(domain: xml.Element) -> None:
    xml.Text("./os/type/@arch").write(domain, "x86_64")
    xml.Text("./os/type/@arch").write(domain, None)
    assert domain.find("os") is None
    xml.Presence("./features/acpi").write(domain, value=False)
    assert domain.find("features") is None
    DISKS.write(domain, ())
    assert [d.get("device") for d in domain.findall("./devices/disk")] == ["cdrom"]


def test_only_managed_fields_are_written(domain: xml.Element) -> None:
    xml.write(DISKS.table, DISKS.elements(domain)[0], Disk("vdz", None))
    assert DISKS.read(domain) == (Disk("vdz", "/a"),)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("b", 1), ("bytes", 1), ("KB", 1000), ("k", 1024), ("KiB", 1024), ("G", 1024**3), ("TB", 1000**4)],
)
def test_units(unit: str, factor: int) -> None:
    assert xml.Bytes("./memory").read(xml.parse(f"<d><memory unit='{unit}'>3</memory></d>")) == 3 * factor


def test_hexadecimal() -> None:
    assert xml.Integer("./@slot").read(xml.parse("<a slot='0x1f'/>")) == 31


@given(XML_TEXT, XML_TEXT)
def test_any_text_survives(inner: str, attribute: str) -> None:
    root = xml.parse("<domain/>")
    xml.Text("./a/b").write(root, inner)
    xml.Text("./a/@c").write(root, attribute)
    again = xml.parse(xml.render(root))
    assert xml.Text("./a/b").read(again) == inner
    assert xml.Text("./a/@c").read(again) == attribute
    assert [child.tag for child in again.iter()] == ["domain", "a", "b"]


@pytest.mark.parametrize("text", ["\x00", "\x1b[1m", "\ud800", "\ufffe"])
def test_what_xml_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(InvalidSpec, match="cannot carry"):
        xml.Text("./name").write(xml.parse("<domain/>"), text)


def test_what_is_no_xml_is_an_answer() -> None:
    with pytest.raises(ApplyFailed, match="read the XML"):
        xml.parse("<a>")


@pytest.mark.parametrize("path", ["./a[b]", "./a//b", "./a[@b=c]"])
def test_a_path_that_is_none_is_a_mistake_of_ours(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        xml.Path(path)
