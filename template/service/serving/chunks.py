"""Where a chunked body ends."""

import re

# Longer lines of chunks, and trailers, are refused before they end.
_MOST_LINE = 64 * 1024
# So much beyond the largest body is read, so that whoever reads the body sees that it is too large.
_SLACK = 256 * 1024


class Chunks:
    """The chunks of one body, looked at as they come in."""

    def __init__(self, at: int, max_body: int) -> None:
        self._at, self._decoded, self._most = at, 0, max_body + _SLACK

    def end(self, data: bytearray) -> int | None:
        """Return where the last chunk ends, None when there is more to come.

        Where something is wrong, that is the end of all that is there: the parser refuses it.
        """
        while self._decoded <= self._most and len(data) <= 8 * self._most:
            line = data.find(b"\r\n", self._at)
            if line < 0:
                return None if len(data) - self._at <= _MOST_LINE else len(data)
            size = data[self._at : line].partition(b";")[0].strip()
            if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
                return len(data)
            if int(size, 16) == 0:
                end = data.find(b"\r\n\r\n", line)
                if end < 0:
                    return None if len(data) - line <= _MOST_LINE else len(data)
                return end + 4
            following = line + 2 + int(size, 16) + 2
            if len(data) < following:
                large = self._decoded + len(data) - line > self._most
                return len(data) if large else None
            self._decoded += int(size, 16)
            self._at = following
        return len(data)
