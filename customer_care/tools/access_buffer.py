"""What a call has read, kept until it is known how the call ends."""

import threading

from odoo.http import request as http_request
from odoo.service.server import thread_local

_calls = threading.local()


def remember_request():
    """Keep the request of this thread: Odoo puts it aside while XML-RPC runs."""
    _calls.request = http_request._get_current_object() if http_request else None


def called_by_rpc():
    """Return `model.method` of the running remote call, as far as Odoo notes it."""
    return getattr(thread_local, "rpc_model_method", "")


def current_request():
    """Return the request behind what runs now; None in jobs and scripts."""
    if http_request:
        return http_request
    return getattr(_calls, "request", None) if called_by_rpc() else None


def called_on(request):
    """Return the model, method and ids that a remote call over HTTP names."""
    params = request.params
    if request.httprequest.path.startswith("/json/2/"):
        parts = request.httprequest.path.split("/")
        model, method, ids = parts[3], parts[-1], params.get("ids")
    else:
        args = params.get("args")
        model, method = params.get("model"), params.get("method")
        ids = args[0] if isinstance(args, list) and args else None
    ids = [ids] if isinstance(ids, int) else ids
    if not isinstance(ids, list) or not all(isinstance(id_, int) for id_ in ids):
        ids = []
    return model, method, ids


class AccessBuffer:
    """Entries of one transaction that still have to reach the read log.

    An answer goes out after the commit, so entries are written before: by the end of
    the HTTP call (`take_all`), else after the commit, and when all is rolled back, in
    a transaction of their own, because an error can answer too. Savepoints that are
    rolled back take nothing with them: the entries wait here, not in the database.
    """

    KEY = "care_access"

    def __init__(self, cr, write, write_apart):
        self._cr = cr
        self._write = write  # (cr, entries): into this transaction
        self._write_apart = write_apart  # (entries): into its own
        self.waiting = {}  # key of the entry: entry
        self.sent = []  # written in this transaction, not yet committed
        cr.postcommit.add(self._on_commit)
        cr.postrollback.add(self._on_rollback)
        cr.cache[self.KEY] = self
        request = current_request()
        if request:
            request.__dict__.setdefault(self.KEY, []).append(self)

    @classmethod
    def of(cls, cr, write, write_apart):
        """Return the buffer of the transaction of `cr`."""
        found = cr.cache.get(cls.KEY)
        return found or cls(cr, write, write_apart)

    @classmethod
    def take_all(cls, keep):
        """Return the entries of all transactions of the current call, now sent; with
        `keep` they are sent again when the transaction is rolled back after all."""
        taken, request = [], current_request()
        for buffer in request.__dict__.get(cls.KEY, ()) if request else ():
            taken += buffer.take(keep)
        return taken

    @classmethod
    def is_denied(cls, model):
        """Tell whether a refusal of the current call on `model` is noted already."""
        request = current_request()
        return any(
            entry["denied"] and entry["model"] == model
            for buffer in request.__dict__.get(cls.KEY, ())
            for entry in buffer.waiting.values()
        )

    def take(self, keep=True):
        entries = list(self.waiting.values())
        self.waiting.clear()
        if keep:
            self.sent += entries
        return entries

    def flush(self):
        """Write into this transaction what is waiting."""
        entries = self.take()
        if entries:
            self._write(self._cr, entries)

    def _on_commit(self):
        # only what no end of a call has taken: jobs, scripts, the inner transaction
        # of XML-RPC
        entries = list(self.waiting.values())
        self._forget()
        if entries:
            self._write_apart(entries)

    def _on_rollback(self):
        entries = [*self.sent, *self.waiting.values()]
        self._forget()
        if entries:
            self._write_apart([{**entry, "aborted": True} for entry in entries])

    def _forget(self):
        self.waiting.clear()
        self.sent.clear()
