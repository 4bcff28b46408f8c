# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gives a vm another UUID, by which libvirt knows it: at every moment one of two definitions holds all of it."""

from __future__ import annotations

import copy

from .._model.vm_host import VmHost
from . import xml
from .session import Session
from .vm_identity import coming_name
from .vm_power import Power
from .vm_removal import Removal
from .xml import Element, Text


class Renaming:
    """One domain, and the one that is to take its place."""

    def __init__(self, session: Session, host: VmHost, name: str) -> None:
        self._session = session
        self._host = host
        self._name = name
        self._next = coming_name(name)

    def exchange(self, root: Element) -> None:
        """Has the definition in the place of the one that is there, where that has another UUID."""
        self._forget(self._next)
        present = Power(self._session, self._name).domain()
        if present is None or present.UUIDString() == Text("./uuid").read(root):
            return
        coming = copy.deepcopy(root)
        Text("./name").write(coming, self._next)
        self._session.do("define the vm", lambda c: c.defineXML(xml.render(coming)))
        self._forget(self._name)
        self.complete()

    def complete(self) -> bool:
        """Gives the second definition, where there is one, the name of the vm. Whether there was."""
        if Power(self._session, self._next).domain() is None:
            return False
        self._session.do("name the vm", lambda c: c.lookupByName(self._next).rename(self._name, 0))
        return True

    def _forget(self, name: str) -> None:
        Removal(self._session, self._host, name).undefine(keep_variables=True)
