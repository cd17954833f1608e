from . import (
    test_archive_access,
    test_archive_budget,
    test_archive_document,
    test_archive_engines,
    test_archive_file,
    test_archive_location,
    test_archive_secrecy,
    test_archive_subject,
)
