"""Prints the configuration of a cofferd with the clusters that the coverage has: of the environment
TRUST_ANCHOR and OTHER_ANCHOR."""

import json
import os

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
# A cluster for every store that there may be, and one more; all of one token.
CLUSTERS = [f"cluster-coverage23{letter}" for letter in "abcdefghijk"]
OTHER_ANCHOR, NO_TOKEN, UNKNOWN = "cluster-otheranchor", "cluster-tokenisgone", "cluster-neverheardof"


def cluster(token: str, anchor: str) -> dict:
    return {"uri": f"pkcs11:token={token}", "module": MODULE, "trust-anchor": anchor}


if __name__ == "__main__":
    anchor = os.environ["TRUST_ANCHOR"]
    clusters = {name: cluster("hsm", anchor) for name in CLUSTERS}
    clusters[OTHER_ANCHOR] = cluster("hsm", os.environ["OTHER_ANCHOR"])
    clusters[NO_TOKEN] = cluster("nowhere", anchor)
    print(json.dumps({"server": {"key-stores": {"clusters": clusters}}}, indent=2))
