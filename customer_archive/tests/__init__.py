from . import test_archive_access
from . import test_archive_document
from . import test_archive_file
from . import test_archive_location
from . import test_archive_subject
