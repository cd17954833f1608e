"""A brake for pages without login: so many hits of one key in a span of time, kept in
the memory of each worker."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

_KEYS = 10000


class RateLimit:
    """Counts the hits of keys such as addresses."""

    def __init__(self, hits, seconds):
        self.hits, self.seconds = hits, seconds
        self._seen = OrderedDict()
        self._lock = Lock()

    def is_over(self, key):
        """Return whether the key had its hits already; nothing is counted."""
        with self._lock:
            return len(self._fresh(key)) >= self.hits

    def hit(self, key):
        """Count one hit."""
        with self._lock:
            self._seen[key] = [*self._fresh(key), monotonic()]
            self._seen.move_to_end(key)
            while len(self._seen) > _KEYS:
                self._seen.popitem(last=False)

    def _fresh(self, key):
        since = monotonic() - self.seconds
        return [at for at in self._seen.get(key, ()) if at > since]
