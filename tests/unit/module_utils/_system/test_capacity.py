# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan takes, against a file system with 10 GiB free, and one with 1 GiB."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._core.change import Address
from ansible_collections.hybrid.host.plugins.module_utils._core.driver import Space
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import Refused
from ansible_collections.hybrid.host.plugins.module_utils._system import capacity
from ansible_collections.hybrid.host.plugins.module_utils._system.capacity import Capacity, Room

GIB = 1024**3
ROOMS = {"/large": 10, "/small": 1}


@pytest.fixture(autouse=True)
def file_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    def room_at(path: str) -> Room:
        folder = f"/{path.split('/')[1]}"
        return Room(list(ROOMS).index(folder), folder, ROOMS[folder] * GIB)

    monkeypatch.setattr(capacity, "room_at", room_at)


def disk(path: str, now: int, full: int) -> tuple[Address, Space]:
    return Address("disk", path), Space(path, now * GIB, full * GIB)


def test_what_fits_is_not_spoken_of() -> None:
    taken = [disk("/large/new/a", 0, 10), disk("/small/b", 1, 1)]
    assert Capacity("refuse")(taken) == []


def test_what_may_not_fit_is_warned_of_or_refused_by_file_system() -> None:
    taken = [disk("/large/a", 0, 6), disk("/small/b", 0, 1), disk("/large/c", 0, 6)]
    text = "disk//large/a, disk//large/c can come to take 12.0 GiB below /large, where 10.0 GiB are free"
    assert Capacity("warn")(taken) == [text]
    with pytest.raises(Refused, match=text):
        Capacity("refuse")(taken)
    assert Capacity("ignore")(taken) == []


def test_what_is_written_at_once_has_to_fit() -> None:
    taken = [disk("/small/a", 2, 2)]
    with pytest.raises(Refused, match="2.0 GiB are to be written below /small, where 1.0 GiB are free"):
        Capacity("warn")(taken)
    assert Capacity("ignore")(taken) == []


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0.0 KiB"), (1023, "1.0 KiB"), (8 << 20, "8.0 MiB"), (1 << 60, "1048576.0 TiB")]
)
def test_amounts_have_their_unit(count: int, text: str) -> None:
    assert capacity.amount(count) == text
