"""Stands in for mongod, which Debian does not have: answers hello, ping, find, update and delete of
the MongoDB wire protocol (OP_MSG) over collections in memory, for the few operators that our store
uses. Any other command or operator is an error, as is a wrong message. Prints its port."""

import itertools
import socketserver
import struct
import sys
import threading

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HELLO = {"ismaster": True, "isWritablePrimary": True, "helloOk": True,
         "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000,
         "maxWriteBatchSize": 100000, "minWireVersion": 0, "maxWireVersion": 13,
         "readOnly": False, "ok": 1.0}


def cstring(data, at):
    end = data.index(b"\0", at)
    return data[at:end].decode(), end + 1


def decode(data, at=0):
    """A BSON document and where it ends."""
    end = at + struct.unpack_from("<i", data, at)[0]
    at, document = at + 4, {}
    while data[at] != 0:
        kind = data[at]
        name, at = cstring(data, at + 1)
        document[name], at = decode_value(data, at, kind)
    return document, end


def decode_value(data, at, kind):
    if kind == 2:
        size = struct.unpack_from("<i", data, at)[0]
        return data[at + 4:at + 3 + size].decode(), at + 4 + size
    if kind in (3, 4):
        inner, at = decode(data, at)
        return (list(inner.values()) if kind == 4 else inner), at
    if kind == 5:
        size = struct.unpack_from("<i", data, at)[0]
        return data[at + 5:at + 5 + size], at + 5 + size
    if kind == 10:
        return None, at
    code, size = {1: ("<d", 8), 8: ("<?", 1), 9: ("<q", 8), 16: ("<i", 4), 17: ("<Q", 8),
                  18: ("<q", 8)}[kind]
    return struct.unpack_from(code, data, at)[0], at + size


def encode(document):
    body = b"".join(encode_value(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def encode_value(name, value):
    name = name.encode() + b"\0"
    if isinstance(value, bool):
        return b"\x08" + name + struct.pack("<?", value)
    if isinstance(value, int) and -2**31 <= value < 2**31:  # the client insists on it in a hello
        return b"\x10" + name + struct.pack("<i", value)
    if isinstance(value, int):
        return b"\x12" + name + struct.pack("<q", value)
    if isinstance(value, float):
        return b"\x01" + name + struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return b"\x02" + name + struct.pack("<i", len(text)) + text
    if isinstance(value, list):
        return b"\x04" + name + encode({str(i): one for i, one in enumerate(value)})
    if value is None:
        return b"\x0a" + name
    return b"\x03" + name + encode(value)


class Database:
    def __init__(self):
        self.lock = threading.Lock()
        self.collections = {}

    def run(self, command):
        name = next(iter(command))
        run = getattr(self, "run_" + name.lower(), None)
        if run is None:
            return {"ok": 0.0, "errmsg": f"no such command: '{name}'", "code": 59}
        with self.lock:
            try:
                return run(command)
            except ValueError as error:
                return {"ok": 0.0, "errmsg": str(error), "code": 9}

    def documents(self, command, name):
        return self.collections.setdefault((command["$db"], command[name]), [])

    def run_hello(self, _):
        return HELLO

    run_ismaster = run_hello

    def run_ping(self, _):
        return {"ok": 1.0}

    def run_endsessions(self, _):
        return {"ok": 1.0}

    def run_find(self, command):
        found = [one for one in self.documents(command, "find")
                 if matches(one, command.get("filter", {}))]
        return {"cursor": {"id": 0, "ns": f"{command['$db']}.{command['find']}",
                           "firstBatch": found}, "ok": 1.0}

    def run_delete(self, command):
        documents = self.documents(command, "delete")
        before = len(documents)
        for one in command["deletes"]:
            if one["limit"] != 0:
                raise ValueError("only deletes of all that match are known here")
            documents[:] = [d for d in documents if not matches(d, one["q"])]
        return {"n": before - len(documents), "ok": 1.0}

    def run_update(self, command):
        documents, count = self.documents(command, "update"), 0
        for one in command["updates"]:
            target = next((d for d in documents if matches(d, one["q"])), None)
            if target is None and one.get("upsert"):
                target = dict(one["q"])
                documents.append(target)
            if target is not None:
                count += 1
                change(target, one["u"])
        return {"n": count, "nModified": count, "ok": 1.0}


def matches(document, query):
    for name, wanted in query.items():
        value = document.get(name)
        if isinstance(wanted, dict):
            if list(wanted) != ["$lt"]:
                raise ValueError(f"unknown operator in {wanted}")
            if value is None or not value < wanted["$lt"]:
                return False
        elif value != wanted and not (isinstance(value, list) and wanted in value):
            return False
    return True


def change(document, update):
    for operator, fields in update.items():
        for path, value in fields.items():
            *outer, name = path.split(".")
            place = document
            for part in outer:
                place = place.setdefault(part, {})
            if operator == "$set":
                place[name] = value
            elif operator == "$unset":
                place.pop(name, None)
            elif operator == "$addToSet":
                if value not in place.setdefault(name, []):
                    place[name].append(value)
            elif operator == "$pull":
                place[name] = [one for one in place.get(name, []) if one != value]
            else:
                raise ValueError(f"unknown operator {operator}")


class Connection(socketserver.StreamRequestHandler):
    replies = itertools.count(1)

    def handle(self):
        while header := self.rfile.read(16):
            size, request, _, opcode = struct.unpack("<iiii", header)
            body = self.rfile.read(size - 16)
            answer = self.answer(opcode, body)
            self.wfile.write(struct.pack("<iiii", 16 + len(answer[1]), next(self.replies), request,
                                         answer[0]) + answer[1])

    def answer(self, opcode, body):
        database = self.server.database
        if opcode == OP_QUERY:  # the first hello of a connection
            _, at = cstring(body, 4)
            command, _ = decode(body, at + 8)
            return OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + encode(database.run(command))
        if opcode != OP_MSG:
            raise ValueError(f"unknown opcode {opcode}")
        at, command = 4, {}
        while at < len(body):
            kind = body[at]
            if kind == 0:
                document, at = decode(body, at + 1)
                command = {**document, **command}
                continue
            end = at + 1 + struct.unpack_from("<i", body, at + 1)[0]
            name, at = cstring(body, at + 5)
            command[name] = []
            while at < end:
                document, at = decode(body, at)
                command[name].append(document)
        return OP_MSG, struct.pack("<I", 0) + b"\0" + encode(database.run(command))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main():
    with Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Connection) as server:
        server.database = Database()
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()  # ends with the test that started it


if __name__ == "__main__":
    main()
