from . import archive_type
from . import archive_type_item
from . import archive_location
from . import archive_subject_mixin
from . import archive_file
from . import archive_document
from . import res_company
from . import res_partner
