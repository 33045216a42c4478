#!/bin/bash
# The aws command, version 2, which Debian has; PyPI's is version 1.
AWS=/usr/bin/aws exec bash "$(dirname "$0")/aws-cli.sh" "$@"
