"""Backup and restore of one database with its files, for setup/backup and
setup/restore. Run as `python -m care_backup backup|restore ...`."""
