"""What goes wrong in a way that a person can put right."""


class BackupError(Exception):
    """One sentence for the person at the terminal; nothing was changed."""
