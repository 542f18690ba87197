"""What the kernel tells about a server's sockets on 127.0.0.1: one question each, by sock_diag(7).

/proc/net/tcp tells the same, and has to be read as a whole, which takes long after many connections.
"""

import socket
import struct
import typing

from . import proc

_NETLINK_SOCK_DIAG, _BY_FAMILY, _ERROR, _REQUEST = 4, 20, 2, 1
_HEADER = struct.Struct("=IHHII")              #: length, type, flags, sequence, port
_ASKED = struct.Struct("=BBBBI")               #: family, protocol, extensions, padding, states
_PORTS, _ANY = struct.Struct(">HH"), struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
_LOOPBACK = socket.inet_aton("127.0.0.1").ljust(16, b"\0")
_TOLD = struct.Struct("=BBBB48sIIIII")         #: family, state, …, id, expires, unread, unsent, uid, inode
_LISTEN = 10


class TcpSocket(typing.NamedTuple):
    """What is told of one; `inode` is 0 until the connection was accepted."""
    state: int
    unread: int
    inode: int


def find(port: int, peer_port: int = 0) -> TcpSocket | None:
    """The socket on `port` that talks to `peer_port`, else the one that listens there, or None.

    OSError where the kernel does not tell.
    """
    asked = _ASKED.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF)
    asked += _PORTS.pack(port, peer_port) + _LOOPBACK * 2 + _ANY
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(5.0)
        kernel.send(_HEADER.pack(_HEADER.size + len(asked), _BY_FAMILY, _REQUEST, 0, 0) + asked)
        told = kernel.recv(65536)
    if _HEADER.unpack_from(told)[1] == _ERROR:
        return None
    _, state, _, _, _, _, unread, _, _, inode = _TOLD.unpack_from(told, _HEADER.size)
    return TcpSocket(state, unread, inode)


def listens(pid: int, port: int) -> bool:
    """Whether process `pid` or one that descends from it listens on `port`."""
    found = find(port)
    if not found or found.state != _LISTEN:
        return False
    target = f"socket:[{found.inode}]"
    return target in proc.open_fds(pid).values() or any(
        target in proc.open_fds(member).values() for member in proc.descendants(pid))


def has_taken_all(port: int, peer_port: int) -> bool:
    """Whether the server on `port` has accepted the connection from `peer_port` and read all of it."""
    found = find(port, peer_port)
    return bool(found and found.state != _LISTEN and found.inode and not found.unread)
