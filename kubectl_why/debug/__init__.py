"""Looking inside: an ephemeral container beside the one that fails, or a copy of the pod that does not start it.

`questions` says what to look for, `builders` makes the object, `session` has it run and cleans up, `examine.sh` is what
runs inside. The first two are pure.
"""
