"""Many customers in one minute and from one network, as no company has them: whoever tests load lifts what
all share.
"""

from __future__ import annotations

import json

LIFTED = {
    "MYPAGE_IDENTITY_LIMITS": json.dumps(
        {
            "failed_log_ins_of_all": "100000/15m",
            "failed_proofs_of_all": "100000/1h",
            "mails_to_all": "100000/1m",
            "unknown_links_of_a_network": "100000/1m",
        }
    ),
    "MYPAGE_REGISTRATION_LIMITS": json.dumps(
        {"mails_to_all": "100000/1m", "unknown_links_of_a_network": "100000/1m"}
    ),
}
"""For the environment of a system under test."""
