# A model is built after what it inherits: the mixin comes first.
from . import archive_subject_mixin

# isort: split
from . import (
    archive_document,
    archive_file,
    archive_location,
    archive_type,
    archive_type_item,
    care_timeline,
    res_company,
    res_partner,
)
