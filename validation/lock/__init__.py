"""May this be locked? One state, made of evidence that lies in a build, the same for everybody.

``state`` is the pure function, ``evidence`` reads the files of a build, ``freshness`` holds their
hashes against the study, ``asked`` joins findings of rules with open queries, ``words`` is where a
verdict is worded, and ``lock_file`` keeps in ``lock.json`` what a command has looked at.
"""
