"""Starts one relay for trying it out: writes ./run/ (secret, certificate, config) once, prints an
ICE server with a fresh credential, and waits. Not a production launcher: see packaging/systemd."""

import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import time

CREDENTIAL_LIFETIME_S = 24 * 3600
START_DEADLINE_S = 10
REALM = "turnpike.local"

CONFIG = """\
# Written once by scripts/run; edit it as you like, it is kept.
listening-port={port}
tls-listening-port={tls_port}
listening-ip={address}
relay-ip={address}
min-port=49152
max-port=65535
realm={realm}
use-auth-secret
static-auth-secret={secret}
cert={folder}/cert.pem
pkey={folder}/key.pem
pidfile={folder}/turnserver.pid
log-file=stdout
"""


def machine_address():
    """The address that packets to the outside leave from; loopback when there is no outside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def is_free(address, port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def choose_port(name, wanted, address, taken=()):
    for port in (wanted, *range(wanted + 10000, wanted + 10100)):
        if port not in taken and is_free(address, port):
            if port != wanted:
                print(f"port {wanted} is busy, using {port} ({name}=)")
            return port
    sys.exit(f"no free port near {wanted}: stop what uses it or set {name.upper()}")


def write_private(path, text):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def make_certificate(folder, address):
    if (folder / "key.pem").exists() and (folder / "cert.pem").exists():
        return
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "365", "-subj", "/CN=turnpike", "-addext",
         f"subjectAltName=DNS:localhost,IP:{address}",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (folder / "key.pem").chmod(0o600)


def write_config(folder, address):
    port = choose_port("listening-port", int(os.environ.get("PORT", 3478)), address)
    tls_port = choose_port("tls-listening-port", int(os.environ.get("TLS_PORT", 5349)), address,
                           taken=(port,))
    write_private(folder / "turnserver.conf", CONFIG.format(
        port=port, tls_port=tls_port, address=address, realm=REALM, folder=folder,
        secret=secrets.token_hex(32)))


def read_value(config, key):
    found = re.findall(rf"^{key}=(.*)$", config, re.MULTILINE)
    if not found:
        sys.exit(f"run/turnserver.conf has no {key}: add it, or remove the file to get a new one")
    return found[-1].strip()


def prepare(folder):
    folder.mkdir(mode=0o700, exist_ok=True)
    address = machine_address()
    make_certificate(folder, address)
    path = folder / "turnserver.conf"
    if path.exists():
        busy = [key for key in ("listening-port", "tls-listening-port")
                if not is_free(read_value(path.read_text(), "listening-ip"),
                               int(read_value(path.read_text(), key)))]
        if busy:
            sys.exit(f"{', '.join(busy)} of {path} cannot be used (is a relay running already?): "
                     "stop what uses it, or edit or remove the file")
    else:
        write_config(folder, address)
    return path


def ice_server(config):
    username = f"{int(time.time()) + CREDENTIAL_LIFETIME_S}:demo"
    digest = hmac.new(read_value(config, "static-auth-secret").encode(), username.encode(),
                      hashlib.sha1).digest()
    host = read_value(config, "listening-ip")
    port, tls_port = read_value(config, "listening-port"), read_value(config, "tls-listening-port")
    return {
        "urls": [f"turn:{host}:{port}?transport=udp", f"turn:{host}:{port}?transport=tcp",
                 f"turns:{host}:{tls_port}?transport=tcp"],
        "username": username,
        "credential": base64.b64encode(digest).decode(),
    }


def wait_until_listening(relay, host, port):
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and relay.poll() is None:
        try:
            socket.create_connection((host, port), timeout=0.5).close()
            return
        except OSError:
            time.sleep(0.05)
    if relay.poll() is None:
        relay.terminate()
    sys.exit(relay.wait() or 1)


def print_usage(config):
    host, tls_port = read_value(config, "listening-ip"), read_value(config, "tls-listening-port")
    print("\nan ICE server for RTCPeerConnection, good for 24 hours:")
    print(json.dumps(ice_server(config), indent=2))
    print("\nthe certificate that turns: shows:")
    print(f"openssl s_client -connect {host}:{tls_port} -alpn stun.turn")
    print("\nCtrl-C stops the relay\n", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turnserver", required=True)
    parser.add_argument("--folder", default="run")
    options = parser.parse_args()
    path = prepare(pathlib.Path(options.folder).resolve())
    config = path.read_text()
    # A session of its own: Ctrl-C reaches this process alone, which passes it on once.
    relay = subprocess.Popen([options.turnserver, "-c", str(path)], stdin=subprocess.DEVNULL,
                             start_new_session=True)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: relay.terminate())
    print(f"config: {path}")
    wait_until_listening(relay, read_value(config, "listening-ip"),
                         int(read_value(config, "listening-port")))
    print_usage(config)
    code = relay.wait()
    print("the relay has stopped" if code == 0 else f"the relay ended with code {code}")
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
