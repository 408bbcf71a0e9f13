"""Two network namespaces joined by a delay: how long this kernel's TCP takes for a server's flight.

Usage, as root: tcp_round_trips.py DELAY_MS CASES, where CASES is JSON [{"bytes": n, "congestion": s, "initial": n?, "window": n?,
"drop": n?}].
Packets pass between two TUN devices, each held back for DELAY_MS; nothing else slows them. The server answers a request
of one segment with `bytes` in one write. Its initial window is ten segments or `initial`; with `window` the client never
offers more bytes than that; `drop` loses that segment of the flight, counted from 1, the first time.
Prints JSON: milliseconds from the request to the first and to the last byte.
"""

import ctypes
import fcntl
import heapq
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
PORT = 4433


def new_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # No timestamps: a segment holds 1460 bytes. No memory of earlier connections.
    for name, value in (("tcp_timestamps", "0"), ("tcp_no_metrics_save", "1")):
        with open(f"/proc/sys/net/ipv4/{name}", "w", encoding="ascii") as setting:
            setting.write(value)


def tunnel(own, other):
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"t0", IFF_TUN | IFF_NO_PI))
    for command in (f"address add {own} peer {other} dev t0", "link set lo up", "link set t0 up mtu 1500"):
        subprocess.run(["ip", *command.split()], check=True)
    return device


def carries_data(packet):
    header = 4 * (packet[0] & 15)
    return packet[0] >> 4 == 4 and len(packet) > header + 4 * (packet[header + 12] >> 4)


def relay(first, second, delay, loss):
    waiting = []
    order = 0
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, target, packet = heapq.heappop(waiting)
            os.write(target, packet)
        timeout = waiting[0][0] - time.monotonic() if waiting else 1
        for device in select.select([first, second], [], [], max(0, timeout))[0]:
            packet = os.read(device, 2048)
            target = second if device == first else first
            if device == second and loss["drop"] > 0 and carries_data(packet):
                loss["drop"] -= 1
                if loss["drop"] == 0:
                    continue
            order += 1
            heapq.heappush(waiting, (time.monotonic() + delay, order, target, packet))


def route(to, own, options):
    subprocess.run(f"ip route replace {to} dev t0 src {own} {options}".split(), check=True)


def serve(cases, ready):
    listener = socket.socket()
    listener.bind(("10.9.0.2", PORT))
    listener.listen()
    for case in cases:
        route("10.9.0.1", "10.9.0.2", f"initcwnd {case['initial']}" if "initial" in case else "")
        ready.send(b"r")
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, case["congestion"].encode())
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(2048)
        connection.sendall(bytes(case["bytes"]))
        connection.recv(1)
        connection.close()


def ask(case, ready, loss):
    ready.recv(1)
    route("10.9.0.2", "10.9.0.1", f"window {case['window']}" if "window" in case else "")
    client = socket.socket()
    if "window" in case:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("10.9.0.2", PORT))
    loss["drop"] = case.get("drop", 0)
    start = time.monotonic()
    client.sendall(bytes(500))
    left = case["bytes"]
    first = None
    while left > 0:
        left -= len(client.recv(left))
        if first is None:
            first = time.monotonic()
    last = time.monotonic()
    client.close()
    return {**case, "first": 1000 * (first - start), "last": 1000 * (last - start)}


def main():
    delay = float(sys.argv[1]) / 1000
    cases = json.loads(sys.argv[2])
    parent, child = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    server = os.fork()
    if server == 0:
        new_namespace()
        socket.send_fds(child, [b"t"], [tunnel("10.9.0.2", "10.9.0.1")])
        serve(cases, child)
        os._exit(0)
    new_namespace()
    near = tunnel("10.9.0.1", "10.9.0.2")
    _, (far,), _, _ = socket.recv_fds(parent, 1, 1)
    loss = {"drop": 0}
    threading.Thread(target=relay, args=(near, far, delay, loss), daemon=True).start()
    time.sleep(0.2)
    try:
        print(json.dumps([ask(case, parent, loss) for case in cases]))
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


main()
