from . import complaint_portal, complaint_tracking
