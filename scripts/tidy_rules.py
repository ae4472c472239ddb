"""The facts that scripts/tidy.py checks: who may include what, where a library lives, how big a
thing may get, which calls nobody makes, and the exceptions with their reasons. Data only."""

import re

SOURCE_ROOTS = ("base", "conf", "http", "service", "credentials", "relay", "cobrowse", "tests")
SKIPPED_FOLDERS = {".git", "build", "run", "node_modules", "__pycache__", "corpus"}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_LINE_LENGTH = 100

# room -> rooms whose headers it may include besides its own. The longest matching prefix is the
# room of a file. docs/layers.md explains the table.
ROOMS = {
    "base": (),
    "conf": ("base",),
    "http/core": ("base",),
    "http/server": ("base", "http/core", "http/client"),
    "http/client": ("base", "http/core"),
    "credentials/core": ("base",),
    "credentials/store": ("base", "conf", "credentials/core"),
    "credentials/api": ("base", "http/core", "credentials/core"),
    "service": ("base", "conf", "http", "credentials/core", "relay/crypto"),
    "credentials/server": ("base", "conf", "http", "service", "credentials", "relay/crypto"),
    "credentials/admin": ("base", "conf", "http", "credentials", "relay/crypto"),
    "relay/stun": ("base",),
    "relay/turn": ("base", "relay/stun", "credentials/core"),
    "relay/crypto": ("base", "relay/stun"),
    "relay/net": ("base",),
    "relay/server": ("base", "conf", "credentials/core", "credentials/store", "http", "relay"),
    "relay/tools": ("base", "credentials/core", "relay/stun", "relay/crypto", "relay/net"),
    "cobrowse/session": ("base", "credentials/core"),
    "cobrowse/server": ("base", "conf", "http", "service", "credentials/core", "cobrowse/session",
                        "cobrowse/documents", "relay/crypto"),
    "cobrowse/documents": ("base",),
    "cobrowse/renderer": ("base", "http", "relay/crypto", "cobrowse/renderer"),
    "cobrowse/renderer/rtc": ("base",),
    "cobrowse/renderer/media": ("base", "cobrowse/renderer/rtc"),
    "cobrowse/renderer/capture": ("base", "cobrowse/renderer/media"),
    "cobrowse/renderer/sound": ("base", "cobrowse/renderer/rtc"),
    "cobrowse/renderer/ice": ("base",),
    "cobrowse/renderer/egress": ("base", "http/core"),
    "cobrowse/renderer/browser": ("base", "http/core"),
    "cobrowse/renderer/peer": ("base", "relay/crypto", "cobrowse/renderer/rtc",
                               "cobrowse/renderer/ice"),
    "tests": SOURCE_ROOTS,
}

PURE_ROOMS = ("base", "http/core", "relay/stun", "relay/turn", "credentials/core",
              "credentials/api", "cobrowse/session", "cobrowse/renderer/rtc")
# Rooms that touch no file and no socket either, except through the files named here.
POSIX_FREE = {
    "base": (), "http/core": (), "relay/stun": (), "relay/turn": (), "credentials/core": (),
    "credentials/api": (),
    "cobrowse/session": (), "cobrowse/renderer/rtc": (),
    "conf": ("conf/file_reader", "conf/command_line"),
}

HTTP_HOMES = ("relay/server/ops/metrics_server", "http/server", "http/client",
              "cobrowse/server", "tests")

# start of an include -> where it may stand. A library that no row matches fails.
THIRD_PARTY = {
    "tl/expected.hpp": ("base/result.h",),
    "boost/unordered/": ("base",),
    "boost/json": ("conf", "http", "service", "relay/server", "credentials", "cobrowse", "tests"),
    "boost/url": ("http", "credentials", "cobrowse", "relay/server", "tests"),
    "boost/asio": HTTP_HOMES,
    "boost/beast": HTTP_HOMES,
    "boost/system": HTTP_HOMES,
    "fmt/": SOURCE_ROOTS,
    "spdlog/": ("relay/server", "service", "credentials/admin"),
    "openssl/": ("relay/crypto", "credentials/store/encrypted_password", "http/server",
                 "http/client", "cobrowse/renderer/peer/dtls", "tests"),
    "event2/": ("relay/net", "relay/server", "tests"),
    "liburing": ("relay/net",),
    "bpf/": ("relay/net",),
    "yaml-cpp/": ("conf",),
    "sqlite3.h": ("credentials/store", "cobrowse/server/state_store", "tests"),
    "hiredis/": ("credentials/store", "relay/server", "cobrowse/server/redis_link"),
    "libpq-fe.h": ("credentials/store", "tests"),
    "mysql": ("credentials/store",),
    "mariadb/": ("credentials/store",),
    "mongoc/": ("credentials/store",),
    "bson/": ("credentials/store", "tests"),
    "stringprep.h": ("credentials/core/saslprep.cc",),
    "nice/": ("cobrowse/renderer/ice",),
    "glib": ("cobrowse/renderer/ice",),
    "srtp2/": ("cobrowse/renderer/peer/srtp", "tests"),
    "xcb/": ("cobrowse/renderer/capture/x11", "tests"),
    "turbojpeg.h": ("cobrowse/renderer/capture/cdp", "tests"),
    "opus/": ("cobrowse/renderer/sound/sound_encoder", "tests"),
    "alsa/": ("cobrowse/renderer/sound/alsa_plugin", "tests"),
    "vpx/": ("cobrowse/renderer/media", "tests"),
    "libyuv": ("cobrowse/renderer/media", "cobrowse/renderer/capture"),
    "gtest/": ("tests",),
    "gmock/": ("tests",),
    "benchmark/": ("tests/bench",),
}

POSIX_HEADER = re.compile(
    r"^(sys|netinet|arpa|net|linux|asm|sched|bits)/|^(unistd|fcntl|poll|signal|pthread|errno|time|"
    r"netdb|ifaddrs|pwd|grp|syslog|getopt|dirent|stdio|stdlib|string|strings|semaphore|mntent|"
    r"sched|spawn|termios|malloc|limits|ctype|dlfcn|execinfo)\.h$")

IMPURE_STANDARD_HEADERS = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "random", "fstream",
    "iostream", "filesystem", "cstdio", "ctime", "csignal", "semaphore", "latch", "barrier",
    "stop_token",
}

IMPURE_CODE = {
    "clock": r"\b(?:steady|system|high_resolution)_clock\b|(?<![\w.>])time\(|clock_gettime",
    "randomness": r"(?<![\w.>:])s?rand\(|\brandom_device\b|\bgetrandom\b|\bmt19937",
    "threads and locks": r"\bstd::(?:mutex|thread|jthread|shared_mutex|condition_variable|async)\b",
    "the environment": r"\bgetenv\b",
    "printing": r"\b(?:f?printf|puts|std::c(?:out|err|log))\b|\bfmt::print",
    "shared ownership": r"\bshared_ptr\b|\bmake_shared\b",
    "untyped pointers": r"\bvoid\s*\*",
}

BANNED_CODE = {
    r"\b(?:strcpy|strcat|strncpy|stpcpy)\s*\(": "copy through std::span or std::string",
    r"(?<![\w])v?sprintf\s*\(": "format with fmt",
    r"\bato(?:i|l|ll|f)\s*\(": "parse with std::from_chars, which says when it fails",
    r"(?<![\w.>])gets\s*\(": "read with a bound",
    r"(?<![\w.>:])(?:std::)?system\s*\(": "start programs without a shell",
    r"(?<![\w.>:])s?rand\s*\(": "take an Rng&",
    r"\bstrtok\b": "split a string_view",
    r"\balloca\s*\(": "allocate with a bound that is named",
    r"\busing\s+namespace\s+std\s*;": "name what you use",
    r"\bdefine\s+private\b": "test through the public interface",
}
BANNED_TEXT = {
    r"\b(?:TO" r"DO|FIX" r"ME)\b": "finish it, or write an issue",
    r"(?<![\w.])/(?:work|root|home)/": "a path of one machine: make it relative or a parameter",
}
# Rule 8 of the house: nothing of this per relayed packet.
DATA_PATH = ("relay/net/", "relay/stun/channel_data", "relay/stun/classify",
             "relay/stun/data_indication", "relay/turn/route", "relay/turn/server_route",
             "relay/server/shard_udp", "relay/server/relay_sockets")
DATA_PATH_BANNED = {r"\bstd::function\b": "a virtual-free type that the caller owns"}

# (rule, path) -> reason. An entry that no longer matches anything fails, so the table only shrinks.
EXCEPTIONS = {
    ("pure", "base/check.cc"): "a broken invariant says so on stderr before it dies",
    ("include", "base/check.cc"): "the same",
    ("include", "credentials/api/render_main.cc"): "the program that prints the references",
    ("include", "base/ip_address.cc"): "snprintf into a local buffer, no I/O",
}

# A source file without tests/unit/<its path>_test.cc -> what covers it instead.
COVERED_ELSEWHERE = {
    "conf/render_main.cc": "the build runs it, and a test compares what it renders",
    **{f"credentials/admin/{what}.cc": "tests/e2e/test_turnadmin.py runs the programs" for what in (
        "turnadmin_credential", "turnadmin_database", "turnadmin_import", "turnadmin_main",
        "turnadmin_run", "turnpike_main")},
    "credentials/admin/render_admin_main.cc": "a test compares what it renders",
    "credentials/admin/turnadmin_table.cc": "turnadmin_line_test.cc, render_admin_test.cc",
    "credentials/store/sql_schema.cc": "sql_store_test.cc and the tests of each database",
    "http/server/byte_stream.cc": "the tests of http/server and http/client, over real sockets",
    "service/front_plan.cc": "setup_test.cc of both services",
    "http/client/connect.cc": "fetch_test.cc, web_socket_client_test.cc",
    "cobrowse/documents/box_child.cc": "box_test.cc, from outside",
    "cobrowse/renderer/main.cc": "tests/e2e/test_cobrowse.py runs the program",
    **{f"cobrowse/server/{what}.cc": "tests/e2e/test_cobrowse.py starts, uses and stops the program"
       for what in ("app", "app_metrics", "main")},
    "credentials/server/main.cc": "tests/e2e/test_credentials.py starts and stops the program",
    "credentials/api/render_main.cc": "a test compares what it renders",
    "credentials/api/render_openapi.cc": "routes_test.cc, schemas_test.cc",
    "credentials/api/render_routes.cc": "routes_test.cc",
    "credentials/api/exports.cc": "api_test.cc",
    "credentials/api/manage.cc": "api_test.cc",
    "credentials/api/manage_keys.cc": "api_test.cc",
    "credentials/api/render_answer.cc": "adapters_test.cc",
    "relay/server/main.cc": "tests/e2e starts and stops the program",
    **{f"relay/server/{what}.cc": "tests/e2e, wire and shell, over real sockets" for what in (
        "client_streams", "metrics_page", "relay", "shard", "shard_effects", "shard_udp")},
    **{f"relay/server/{what}.cc": "tests/e2e/test_store.py" for what in (
        "relay_admin", "relay_store", "shard_users")},
    **{f"relay/turn/on_{what}.cc": "tests/scenario, one test per obligation" for what in (
        "allocate", "binding", "channel_bind", "create_permission", "peer_unreachable", "refresh",
        "relay_socket")},
    "relay/turn/revocations.cc": "tests/scenario/revocation_test.cc",
    "relay/turn/sessions.cc": "tests/scenario/revocation_test.cc",
}
