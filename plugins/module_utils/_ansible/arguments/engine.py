# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which every module finds the container engine; the variables are those of Docker's own tools."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

ENGINE_OPTIONS: dict[str, Any] = {
    "engine": {"type": "str", "choices": ["auto", "docker", "podman"], "default": "auto"},
    "docker_host": {"type": "str", "fallback": (env_fallback, ["DOCKER_HOST"]), "aliases": ["docker_url"]},
    "tls": {
        "type": "bool",
        "default": False,
        "fallback": (env_fallback, ["DOCKER_TLS", "DOCKER_TLS_VERIFY"]),
    },
    "validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (env_fallback, ["DOCKER_TLS_VERIFY"]),
        "aliases": ["tls_verify"],
    },
    "ca_path": {
        "type": "path",
        "fallback": (env_fallback, ["DOCKER_CERT_PATH"]),
        "aliases": ["ca_cert", "tls_ca_cert", "cacert_path"],
    },
    "client_cert": {
        "type": "path",
        "fallback": (env_fallback, ["DOCKER_CERT_PATH"]),
        "aliases": ["tls_client_cert", "cert_path"],
    },
    "client_key": {
        "type": "path",
        "fallback": (env_fallback, ["DOCKER_CERT_PATH"]),
        "aliases": ["tls_client_key", "key_path"],
    },
    "api_version": {
        "type": "str",
        "default": "auto",
        "fallback": (env_fallback, ["DOCKER_API_VERSION"]),
        "aliases": ["docker_api_version"],
    },
    "debug": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 60, "fallback": (env_fallback, ["DOCKER_TIMEOUT"])},
}
