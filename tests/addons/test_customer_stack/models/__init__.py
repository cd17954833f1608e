from . import (
    test_approval_host,
    test_approval_plain,
    test_care_host,
    test_care_plain,
    test_hand_over,
    test_invoice_host,
    test_pack_gauge,
    test_pack_level,
    test_pack_note,
    test_pack_scheme,
    test_requirement_host,
    test_sale_host,
)
