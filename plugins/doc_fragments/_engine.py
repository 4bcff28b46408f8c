# Copyright (c) 2026, the hybrid.host contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options by which every module finds the container engine."""

    DOCUMENTATION = r"""
options:
  engine:
    description:
      - The container engine. V(auto) takes the one at O(docker_host), else Docker where it has a socket, else Podman.
      - Podman is reached at its own socket, which the unit C(podman.socket) provides.
    type: str
    choices: [auto, docker, podman]
    default: auto
  docker_host:
    description:
      - Where the engine listens, as in V(unix:///var/run/docker.sock) or V(tcp://192.0.2.23:2376).
      - If not set, the environment variable E(DOCKER_HOST) of the managed host is used, if it is set there.
    type: str
    aliases: [docker_url]
  tls:
    description:
      - Secures a connection over TCP with TLS. An address with V(https), and certificates given, imply it.
      - If not set, E(DOCKER_TLS) or E(DOCKER_TLS_VERIFY) of the managed host is used, if it is set there.
    type: bool
    default: false
  validate_certs:
    description:
      - Checks that the engine at the other end of TLS is who it should be.
      - If not set, E(DOCKER_TLS_VERIFY) of the managed host is used, if it is set there.
    type: bool
    default: true
    aliases: [tls_verify]
  ca_path:
    description:
      - The file with the certificate of the authority that signed the engine's, or a folder with C(ca.pem) in it.
      - If not set, E(DOCKER_CERT_PATH) of the managed host is used, if it is set there.
    type: path
    aliases: [ca_cert, tls_ca_cert, cacert_path]
  client_cert:
    description:
      - The file with the client's certificate, or a folder with C(cert.pem) in it.
      - If not set, E(DOCKER_CERT_PATH) of the managed host is used, if it is set there.
    type: path
    aliases: [tls_client_cert, cert_path]
  client_key:
    description:
      - The file with the client's key, or a folder with C(key.pem) in it.
      - If not set, E(DOCKER_CERT_PATH) of the managed host is used, if it is set there.
    type: path
    aliases: [tls_client_key, key_path]
  api_version:
    description:
      - The version of Docker's API to speak, as in V(1.45). V(auto) is the newest that both sides know.
      - If not set, E(DOCKER_API_VERSION) of the managed host is used, if it is set there.
    type: str
    default: auto
    aliases: [docker_api_version]
  debug:
    description:
      - Taken for the sake of community.docker's playbooks. What is done always stands in the result.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait for an answer of the engine.
      - If not set, E(DOCKER_TIMEOUT) of the managed host is used, if it is set there.
    type: int
    default: 60
requirements:
  - The Python library C(docker) 5.0 or later, which distributions package as C(python3-docker).
"""
