{
    "name": "Without selfie segmentation",
    "summary": "Leaves out a library that Debian's package of Odoo does not ship",
    "version": "19.0.1.0.0",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["mail"],
    # Debian removes the blurring of video backgrounds as it is not free
    # software. The page still asks for it, which every browser test takes as
    # a failure.
    "assets": {
        "web.assets_backend": [
            (
                "remove",
                "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            ),
        ],
    },
}
