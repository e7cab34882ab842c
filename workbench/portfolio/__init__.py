"""Many studies in one call: built, validated and packaged side by side, with one report.

``model`` is the file, ``jobs`` what is to be run of each study, ``places`` brings folders from and
to addresses, ``child`` is the process of one study and ``running`` watches it, ``pool`` and
``cluster`` are where such processes run, ``journal`` keeps what has been done.
"""
