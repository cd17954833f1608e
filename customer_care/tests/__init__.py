from . import test_care_role
