"""Starts one relay, the credentials service and the co-browsing server for trying them out: writes
./run/ (secret, API keys, certificate, configs) once, prints what to open and a curl line whose
answer RTCPeerConnection takes, and waits. Not a production launcher: see packaging/systemd."""

import argparse
import contextlib
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
import urllib.request

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
admin-socket={folder}/admin.sock
userdb={folder}/turnpike.db
log-file=stdout
"""

SERVICE_CONFIG = """\
# Written once by scripts/run; edit it as you like, it is kept.
listen: ["127.0.0.1:{http_port}"]
secrets: ["file:{folder}/secret"]
store:
  kind: sqlite
  connection: {folder}/turnpike.db
relays:
  - host: {address}
    port: {port}
    tls_port: {tls_port}
    admin_socket: {folder}/admin.sock
api_keys:
  - id: demo
    hash: "{key_hash}"
    may_manage: true
audit_file: {folder}/audit.jsonl
accounting_csv: {folder}/accounts.csv
"""

COBROWSE_CONFIG = """\
# Written once by scripts/run; edit it as you like, it is kept.
listen: ["127.0.0.1:{cobrowse_port}"]
public_url: http://127.0.0.1:{cobrowse_port}
secrets: ["file:{folder}/secret"]
relays:
  - host: {address}
    port: {port}
    tls_port: {tls_port}
    transports: udp,tcp
    admin_socket: {folder}/admin.sock
api_keys:
  - id: desk
    hash: "{key_hash}"
store:
  state: {folder}/cobrowse.db
documents:
  folder: {folder}/documents
audit_file: {folder}/cobrowse-audit.jsonl
renderer:
  program: {renderer}
  warm_pool: 1
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


def prepare_service(folder, program, config):
    """The service's config beside the relay's: the same secret, an API key of its own."""
    path = folder / "credentials.yml"
    if path.exists():
        return path
    key, key_hash = make_key(program, "demo")
    write_private(folder / "api-key", key + "\n")
    write_private(folder / "secret", read_value(config, "static-auth-secret") + "\n")
    write_private(path, SERVICE_CONFIG.format(
        http_port=choose_port("http-port", int(os.environ.get("HTTP_PORT", 8080)), "127.0.0.1"),
        folder=folder, address=read_value(config, "listening-ip"),
        port=read_value(config, "listening-port"),
        tls_port=read_value(config, "tls-listening-port"),
        key_hash=key_hash))
    return path


def make_key(program, name):
    """The key that callers present, and the hash for the config."""
    made = subprocess.run([program, "--make-api-key", name], capture_output=True, text=True,
                          check=True, stdin=subprocess.DEVNULL).stdout
    return (re.search(rf"{name}\.\S+", made).group(),
            re.search(r"sha256:[0-9a-f]{64}", made).group())


def prepare_cobrowse(folder, program, config):
    path = folder / "cobrowse.yml"
    if path.exists():
        return path
    key, key_hash = make_key(program, "desk")
    write_private(folder / "desk-key", key + "\n")
    write_private(path, COBROWSE_CONFIG.format(
        cobrowse_port=choose_port("cobrowse-port", int(os.environ.get("COBROWSE_PORT", 8090)),
                                  "127.0.0.1"),
        folder=folder, address=read_value(config, "listening-ip"),
        port=read_value(config, "listening-port"),
        tls_port=read_value(config, "tls-listening-port"), key_hash=key_hash,
        renderer=pathlib.Path(program).resolve().with_name("turnpike-renderer")))
    return path


def http_address(path):
    found = re.search(r'^listen: \["([^"]+)"\]', path.read_text(), re.MULTILINE)
    if not found:
        sys.exit(f"{path} has no listen line of scripts/run's form: add it, or remove the file")
    return found.group(1)


def end_sessions(folder, address):
    """Renderers outlive their server; nobody wants that of a try."""
    headers = {"Authorization": "Bearer " + (folder / "desk-key").read_text().strip()}
    base = f"http://{address}/app/v1/sessions"
    with urllib.request.urlopen(urllib.request.Request(base, headers=headers), timeout=2) as answer:
        sessions = json.load(answer)["sessions"]
    for one in sessions:
        urllib.request.urlopen(urllib.request.Request(f"{base}/{one['id']}", headers=headers,
                                                      method="DELETE"), timeout=2).close()


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


def ask_for_ice_servers(folder, address):
    request = urllib.request.Request(
        f"http://{address}/public/v1/ice-servers?user=demo",
        headers={"Authorization": "Bearer " + (folder / "api-key").read_text().strip()})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)["iceServers"]


def print_usage(config, folder, address, cobrowse):
    host, tls_port = read_value(config, "listening-ip"), read_value(config, "tls-listening-port")
    key = (folder / "api-key").read_text().strip()
    print("\nICE servers for RTCPeerConnection, good for 24 hours:")
    print(json.dumps(ask_for_ice_servers(folder, address), indent=2))
    print("\nfresh ones, an argument for RTCPeerConnection as they are:")
    print(f"curl -s -H 'Authorization: Bearer {key}' "
          f"'http://{address}/public/v1/ice-servers?user=alice'")
    print("\ntake them back, and end the sessions that live on them:")
    print(f"curl -s -X DELETE -H 'Authorization: Bearer {key}' "
          f"'http://{address}/app/v1/users/alice'")
    print("\nthe certificate that turns: shows:")
    print(f"openssl s_client -connect {host}:{tls_port} -alpn stun.turn")
    print(f"\nco-browsing: open http://{cobrowse}/app/desk.html, sign in with this key, start a "
          "session,\nand open its invite in another window:\n" +
          (folder / "desk-key").read_text().strip())
    print("\nCtrl-C stops all of it\n", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turnserver", required=True)
    parser.add_argument("--credentials", required=True)
    parser.add_argument("--cobrowse", required=True)
    parser.add_argument("--folder", default="run")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder).resolve()
    path = prepare(folder)
    config = path.read_text()
    service_path = prepare_service(folder, options.credentials, config)
    cobrowse_path = prepare_cobrowse(folder, options.cobrowse, config)
    addresses = [http_address(one) for one in (service_path, cobrowse_path)]
    for address, one in zip(addresses, (service_path, cobrowse_path)):
        host, port = address.rsplit(":", 1)
        if not is_free(host, int(port)):
            sys.exit(f"{address} of {one} cannot be used: stop what uses it, or edit the file")
    # A session of their own: Ctrl-C reaches this process alone, which passes it on once.
    programs = [subprocess.Popen([program, "-c", str(one)], stdin=subprocess.DEVNULL,
                                 start_new_session=True)
                for program, one in ((options.turnserver, path),
                                     (options.credentials, service_path),
                                     (options.cobrowse, cobrowse_path))]

    def stop(*_):
        # Sessions end with their server here, and the relay before the service: it still writes
        # down what ends with the relay.
        with contextlib.suppress(OSError, ValueError, KeyError):
            end_sessions(folder, addresses[1])
        programs[2].terminate()
        programs[0].terminate()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, stop)
    print(f"configs: {path} {service_path} {cobrowse_path}")
    try:
        wait_until_listening(programs[0], read_value(config, "listening-ip"),
                             int(read_value(config, "listening-port")))
        for program, address in zip(programs[1:], addresses):
            wait_until_listening(program, *address.rsplit(":", 1))
        print_usage(config, folder, *addresses)
        while all(program.poll() is None for program in programs):
            time.sleep(0.2)
    finally:
        stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            programs[0].wait(5)
        programs[1].terminate()
        codes = [program.wait() for program in programs]
    print("all have stopped" if not any(codes) else
          f"relay, service and co-browsing ended with {codes}")
    return max((code if code >= 0 else 128 - code) for code in codes)


if __name__ == "__main__":
    sys.exit(main())
