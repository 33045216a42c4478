"""Prints the configuration of a cofferd with the clusters and the proxy that the coverage has: of the
environment TRUST_ANCHOR and OTHER_ANCHOR, files, and PROXY_PORT of a proxy with the certificate TRUST_ANCHOR."""

import json
import os

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
# A cluster for every store that there may be, and one more; all of one token.
CLUSTERS = [f"cluster-coverage23{letter}" for letter in "abcdefghijk"]
OTHER_ANCHOR, NO_TOKEN, UNKNOWN = "cluster-otheranchor", "cluster-tokenisgone", "cluster-neverheardof"
PROXY, UNKNOWN_PROXY = "https://xks.example.com", "https://unknown.example.com"


def cluster(token: str, anchor: str) -> dict:
    return {"uri": f"pkcs11:token={token}", "module": MODULE, "trust-anchor": anchor}


if __name__ == "__main__":
    anchor = os.environ["TRUST_ANCHOR"]
    clusters = {name: cluster("hsm", anchor) for name in CLUSTERS}
    clusters[OTHER_ANCHOR] = cluster("hsm", os.environ["OTHER_ANCHOR"])
    clusters[NO_TOKEN] = cluster("nowhere", anchor)
    # As long a time as a busy machine needs.
    proxy = {"url": f"https://127.0.0.1:{os.environ['PROXY_PORT']}", "ca-file": anchor, "timeout": 10000}
    print(json.dumps({"server": {"key-stores": {"clusters": clusters, "proxies": {PROXY: proxy}}}}, indent=2))
