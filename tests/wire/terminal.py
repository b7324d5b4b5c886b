"""The server's side of `kubectl exec -it`: a shell that greets, echoes, and ends when it is told `exit`.

kubectl speaks the protocol v5.channel.k8s.io over a WebSocket: the first byte of a message is the channel (0 is standard
input, 1 standard output, 3 the Status at the end). Source: kubectl's own requests; RFC 6455 for the frames.
"""

import base64
import hashlib
import json
from http.server import BaseHTTPRequestHandler

GREETING = b"/ $ "
_PROTOCOL = "v5.channel.k8s.io"
_OF_RFC_6455 = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def serve(handler: BaseHTTPRequestHandler) -> None:
    """Serve one session on the handler's connection, until it is told to exit or the client is gone."""
    key = hashlib.sha1((handler.headers["Sec-WebSocket-Key"] + _OF_RFC_6455).encode()).digest()
    handler.send_response_only(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", base64.b64encode(key).decode())
    handler.send_header("Sec-WebSocket-Protocol", _PROTOCOL)
    handler.end_headers()
    _send(handler, b"\x01" + GREETING)
    said = b""
    while (message := _received(handler)) is not None:
        if message[:1] == b"\x00":
            said += message[1:]
            _send(handler, b"\x01" + message[1:])
        if b"exit" in said:
            _send(handler, b"\x03" + json.dumps({"metadata": {}, "status": "Success"}).encode())
            return


def _send(handler: BaseHTTPRequestHandler, message: bytes) -> None:
    handler.wfile.write(b"\x82" + bytes([len(message)]) + message)
    handler.wfile.flush()


def _received(handler: BaseHTTPRequestHandler) -> bytes | None:
    """The next message; None at the end. Those of a keyboard are short."""
    head = handler.rfile.read(2)
    if len(head) < 2 or head[0] & 0x0F == 8:
        return None
    length = head[1] & 0x7F
    if length == 126:
        length = int.from_bytes(handler.rfile.read(2), "big")
    mask = handler.rfile.read(4)
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(handler.rfile.read(length)))
