"""Network namespaces for a test: hosts on one bridge, routers with nftables, all removed at the
end. Root only. Addresses are public ones, since peers in private ranges are denied by default; no
packet leaves the namespaces."""

import contextlib
import ctypes
import os
import subprocess

CLONE_NEWNET = 0x40000000
# An address that becomes valid some time after its interface has come up changes the network under
# a page that loads, and Chromium gives up what it was fetching.
STEADY = ("accept_dad=0", "dad_transmits=0", "accept_ra=0", "router_solicitations=0")
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          stdin=None if "input" in more else subprocess.DEVNULL, **more).stdout


@contextlib.contextmanager
def inside(namespace):
    """Sockets made in the block belong to the namespace, and stay there after it."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(home)
        os.close(there)
        os.close(home)


def enter(descriptor):
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns failed")


def unavailable():
    """Why namespaces cannot be used here, or None."""
    if os.geteuid() != 0:
        return "network namespaces want root"
    name = f"tp{os.getpid()}-probe"
    try:
        run("ip", "netns", "add", name)
        try:
            run("ip", "-n", name, "link", "add", "b0", "type", "bridge")
            run("ip", "-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1")
            run("ip", "netns", "exec", name, "nft", "add", "table", "ip", "probe")
        finally:
            run("ip", "netns", "del", name)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no network namespaces here: {getattr(error, 'stderr', '') or error}"
    return None


class Net:
    """`name("relay")` is the namespace's real name, unique per process."""

    def __init__(self):
        self.made = []
        self.add("hub")
        self.ip("hub", "link", "add", "bridge", "type", "bridge")
        self.ip("hub", "link", "set", "bridge", "up")

    def name(self, host):
        return f"tp{os.getpid()}-{host}"

    def add(self, host):
        run("ip", "netns", "add", self.name(host))
        self.made.append(host)
        if os.path.exists("/proc/sys/net/ipv6"):
            settings = [f"net.ipv6.conf.{which}.{one}" for which in ("all", "default")
                        for one in STEADY]
            run(*self.exec(host), "sysctl", "-q", "-w", *settings)
        self.ip(host, "link", "set", "lo", "up")

    def ip(self, host, *words):
        run("ip", "-n", self.name(host), *words)

    def exec(self, host):
        """The words that start a command inside."""
        return ["ip", "netns", "exec", self.name(host)]

    def address(self, host, device, *addresses):
        self.ip(host, "link", "set", device, "up")
        for address in addresses:
            flags = ["nodad"] if ":" in address else []
            self.ip(host, "address", "add", address, "dev", device, *flags)

    def join_hub(self, host, *addresses):
        """A host with an interface `net0` on the common bridge."""
        self.add(host)
        self.ip("hub", "link", "add", f"to-{host}"[:15], "type", "veth", "peer", "name", "net0",
                "netns", self.name(host))
        self.ip("hub", "link", "set", f"to-{host}"[:15], "master", "bridge", "up")
        self.address(host, "net0", *addresses)

    def behind(self, router, host, router_address, host_address, device="net0"):
        """A host whose only way out is the router."""
        self.add(host)
        self.ip(router, "link", "add", "inner", "type", "veth", "peer", "name", device, "netns",
                self.name(host))
        self.address(router, "inner", router_address)
        self.address(host, device, host_address)
        self.ip(host, "route", "add", "default", "via", router_address.split("/")[0])
        run(*self.exec(router), "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")

    def nft(self, host, ruleset):
        run(*self.exec(host), "nft", "-f", "-", input=ruleset)

    def close(self):
        for host in reversed(self.made):
            subprocess.run(["ip", "netns", "del", self.name(host)], check=False,
                           capture_output=True, stdin=subprocess.DEVNULL)
        self.made.clear()
