# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A registry that is asked over its own protocol, and gives tokens where it wants them."""

from __future__ import annotations

import base64
import email.message
import io
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.host.plugins.module_utils._container import registry
from ansible_collections.hybrid.host.plugins.module_utils._container.registry import Registry
from ansible_collections.hybrid.host.plugins.module_utils._core.errors import ApplyFailed
from ansible_collections.hybrid.host.plugins.module_utils._model.registry_login import RegistryLogin

USER = RegistryLogin("reg.io", "shop", "hunter2")
BASIC = f"Basic {base64.b64encode(b'shop:hunter2').decode()}"
TOKENS = 'Bearer realm="https://auth.reg.io/token",service="reg.io",scope="repository:shop/app:pull"'
Answering = Callable[[urllib.request.Request], tuple[int, Mapping[str, str], Any]]


class Answer(io.BytesIO):
    headers: Any = None


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answering], list[tuple[str, str, str | None]]]:
    """Answers instead of the network, and notes what was asked, and as whom."""
    monkeypatch.setattr(registry, "_CREDENTIALS", ())
    monkeypatch.setattr(registry, "_trust", lambda _host: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def served(answering: Answering) -> list[tuple[str, str, str | None]]:
        asked: list[tuple[str, str, str | None]] = []

        class Opener:
            def open(self, request: urllib.request.Request, timeout: float) -> Any:
                asked.append((request.get_method(), request.full_url, request.get_header("Authorization")))
                status, headers, body = answering(request)
                message = email.message.Message()
                for name, value in headers.items():
                    message[name] = value
                if status >= 400:
                    raise urllib.error.HTTPError(request.full_url, status, "no", message, io.BytesIO())
                answer = Answer(body if isinstance(body, bytes) else json.dumps(body).encode())
                answer.headers = message
                return answer

        monkeypatch.setattr(urllib.request, "build_opener", lambda *_handlers: Opener())
        return asked

    return served


def guarded(request: urllib.request.Request) -> tuple[int, Mapping[str, str], Any]:
    """One that gives its tokens to this user alone."""
    told = request.get_header("Authorization")
    if request.full_url.startswith("https://auth.reg.io/"):
        return (200, {}, {"token": "t1"}) if told == BASIC else (403, {}, None)
    if told != "Bearer t1":
        return 401, {"WWW-Authenticate": TOKENS}, None
    return 200, {"Docker-Content-Digest": "sha256:aa"}, {"config": {"digest": "sha256:c0"}}


def test_the_user_is_told_where_the_registry_sends_for_a_token_and_nowhere_else(serve: Any) -> None:
    asked = serve(guarded)
    assert Registry("ask", "reg.io/shop/app:1", USER).digest() == "sha256:aa"
    token = "https://auth.reg.io/token?service=reg.io&scope=repository%3Ashop%2Fapp%3Apull"
    url = "https://reg.io/v2/shop/app/manifests/1"
    assert asked == [("HEAD", url, None), ("GET", token, BASIC), ("HEAD", url, "Bearer t1")]
    assert Registry("ask", "reg.io/shop/app:1", USER).config() == "sha256:c0"


def test_another_registry_hears_nothing_of_the_user(serve: Any) -> None:
    asked = serve(guarded)
    with pytest.raises(ApplyFailed, match="answers 403"):
        Registry("ask", "other.io/shop/app:1", USER).digest()
    assert {told for _method, _url, told in asked} == {None}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(404, None, "no such image"), (500, None, "reg.io answers 500 no"), (401, None, "answers 401")],
)
def test_what_goes_wrong_is_said(serve: Any, status: int, body: Any, said: str) -> None:
    serve(lambda _request: (status, {}, body))
    with pytest.raises(ApplyFailed, match=said):
        Registry("ask", "reg.io/shop/app:1").digest()


def test_an_image_that_is_not_there_or_is_several_has_no_config(serve: Any) -> None:
    serve(lambda _request: (404, {}, None))
    assert Registry("ask", "reg.io/shop/app:1").config() is None
    serve(lambda _request: (200, {}, {"manifests": []}))
    assert Registry("ask", "reg.io/shop/app:1").config() is None
    serve(lambda _request: (200, {}, b"<html>"))
    with pytest.raises(ApplyFailed, match="not of its protocol"):
        Registry("ask", "reg.io/shop/app:1").config()


def test_a_token_is_not_asked_for_in_the_open(serve: Any) -> None:
    asked = serve(lambda _request: (401, {"WWW-Authenticate": TOKENS.replace("https", "http")}, None))
    with pytest.raises(ApplyFailed, match="is not secured"):
        Registry("ask", "reg.io/shop/app:1", USER).digest()
    assert len(asked) == 1


@pytest.mark.parametrize(
    "case",
    [
        (
            "redis:7",
            "https://index.docker.io/v1/",
            "https://registry-1.docker.io/v2/library/redis/manifests/7",
        ),
        ("shop/app:1", "docker.io", "https://registry-1.docker.io/v2/shop/app/manifests/1"),
        ("reg.io/app:1", "https://reg.io", "https://reg.io/v2/app/manifests/1"),
    ],
)
def test_what_the_host_keeps_is_told_where_nobody_is_given(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, str]
) -> None:
    name, key, url = case
    asked = serve(
        lambda request: (
            (200, {"Docker-Content-Digest": "sha256:aa"}, {})
            if request.get_header("Authorization")
            else (401, {"WWW-Authenticate": 'Basic realm="here"'}, None)
        )
    )
    (tmp_path / "none.json").write_text('{"auths": {"other.io": {"auth": "eDp5"}}}')
    (tmp_path / "auth.json").write_text(json.dumps({"auths": {key: {"auth": BASIC.partition(" ")[2]}}}))
    monkeypatch.setattr(
        registry, "_CREDENTIALS", [f"{tmp_path}/{n}.json" for n in ("missing", "none", "auth")]
    )
    assert Registry("ask", name).digest() == "sha256:aa"
    assert asked == [("HEAD", url, None), ("HEAD", url, BASIC)]
