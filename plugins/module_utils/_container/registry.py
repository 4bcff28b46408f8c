# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A registry, asked over its own protocol: for Podman, which does not ask it without pulling.

It is trusted as Podman trusts it: by the host's authorities, and by those in the folders of certificates.
"""

from __future__ import annotations

import base64
import glob
import http.client
import json
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from .._core.errors import ApplyFailed
from .._model.image_name import registry_of, split_image_name
from .._model.registry_login import HUB, RegistryLogin

REACH = "See that the registry is reached and trusted, and that auth may do this."
_SECONDS = 60
_HUB_HOST = "registry-1.docker.io"
_MANIFESTS = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in (
        "docker.distribution.manifest.v2",
        "docker.distribution.manifest.list.v2",
        "oci.image.manifest.v1",
        "oci.image.index.v1",
    )
)
_CERTIFICATES = ("/etc/containers/certs.d", "/etc/docker/certs.d", "~/.config/containers/certs.d")
_CREDENTIALS = ("/run/containers/{uid}/auth.json", "~/.config/containers/auth.json", "~/.docker/config.json")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


class Registry:
    """What the registry has under the name of one image. ``tried`` says in words what it is asked for.

    Without ``auth`` the host's own files of credentials are looked at, those of Podman first.
    """

    def __init__(self, tried: str, name: str, auth: RegistryLogin | None = None) -> None:
        self._tried = tried
        repository, tag, digest = split_image_name(name)
        self._host = registry_of(name) or _HUB_HOST
        path = repository.partition("/")[2] if registry_of(name) else repository
        self._repository = path if "/" in path or registry_of(name) else f"library/{path}"
        self._reference = digest or tag
        given = auth if auth is not None and auth.covers(name) else None
        self._basic = _encoded(given.username, given.password) if given else _kept(registry_of(name))

    def digest(self) -> str:
        """The digest of what it has. Raises ``ApplyFailed``."""
        answer = self._manifest("HEAD")
        if answer is None:
            raise ApplyFailed(self._tried, cause="it has no such image", hint="Correct its name.")
        return str(answer.headers["Docker-Content-Digest"])

    def config(self) -> str | None:
        """The id of the image that it has; None where it has none, or several under one name."""
        answer = self._manifest("GET")
        if answer is None:
            return None
        try:
            digest = (json.load(answer).get("config") or {}).get("digest")
        except (ValueError, AttributeError):
            raise self._failed(f"{self._host} answers what is not of its protocol") from None
        return str(digest) if digest else None

    def _manifest(self, method: str) -> Any:
        """The registry's answer, None where it has no such image."""
        url = f"https://{self._host}/v2/{self._repository}/manifests/{self._reference}"
        try:
            answer = self._open(method, url, None)
            if isinstance(answer, urllib.error.HTTPError) and answer.code == http.client.UNAUTHORIZED:
                answer = self._open(
                    method, url, self._authorization(answer.headers.get("WWW-Authenticate", ""))
                )
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(str(getattr(error, "reason", error))) from None
        if not isinstance(answer, urllib.error.HTTPError):
            return answer
        if answer.code == http.client.NOT_FOUND:
            return None
        raise self._failed(f"{self._host} answers {answer.code} {answer.reason}")

    def _failed(self, cause: str) -> ApplyFailed:
        return ApplyFailed(self._tried, cause=cause, hint=REACH)

    def _authorization(self, challenge: str) -> str | None:
        """What the registry wants to be told: the user, or a token that another server gives him."""
        words = dict(_CHALLENGE.findall(challenge))
        if not challenge.lower().startswith("bearer") or "realm" not in words:
            return f"Basic {self._basic}" if self._basic else None
        asked = {"service": words.get("service", ""), "scope": f"repository:{self._repository}:pull"}
        url = f"{words['realm']}?{urllib.parse.urlencode(asked)}"
        answer = self._open("GET", url, f"Basic {self._basic}" if self._basic else None)
        if isinstance(answer, urllib.error.HTTPError):
            raise ValueError(f"{urllib.parse.urlsplit(url).netloc} answers {answer.code} {answer.reason}")
        given = json.load(answer)
        return f"Bearer {given.get('token') or given.get('access_token')}"

    def _open(self, method: str, url: str, authorization: str | None) -> Any:
        """An answer, or the error that it is; where it leads elsewhere, nobody is told there who asks."""
        if not url.startswith("https://"):
            raise ValueError(f"{url} is not secured")
        request = urllib.request.Request(url, method=method, headers={"Accept": _MANIFESTS})
        if authorization:
            request.add_unredirected_header("Authorization", authorization)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=_trust(self._host)))
        try:
            return opener.open(request, timeout=_SECONDS)
        except urllib.error.HTTPError as error:
            return error


def _trust(host: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Python 3.13 is stricter than Podman with what authorities of one's own say of themselves.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    for folder in _CERTIFICATES:
        for file in sorted(glob.glob(os.path.join(os.path.expanduser(folder), glob.escape(host), "*.crt"))):
            context.load_verify_locations(file)
        for file in sorted(glob.glob(os.path.join(os.path.expanduser(folder), glob.escape(host), "*.cert"))):
            context.load_cert_chain(file, f"{os.path.splitext(file)[0]}.key")
    return context


def _encoded(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def _kept(registry: str) -> str | None:
    """What the host's files keep for a registry, as it is told to it."""
    names = [registry] if registry else [HUB, "docker.io", "index.docker.io"]
    for path in _CREDENTIALS:
        try:
            with open(os.path.expanduser(path.format(uid=os.getuid())), encoding="utf-8") as file:
                known = json.load(file)["auths"]
            entries = [
                known[name] for name in [*names, *(f"https://{name}" for name in names)] if name in known
            ]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if entries and entries[0].get("auth"):
            return str(entries[0]["auth"])
    return None
