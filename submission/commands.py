"""Commands that live elsewhere, by where they hang: (group, name, module, attribute, help)."""

LAZY: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "build",
        "adam",
        "submission.adam_step",
        "build_adam_command",
        "SDTM data sets to ADaM data sets.",
    ),
    (
        "",
        "validate",
        "submission.validate_step",
        "validate_command",
        "Conformance of any folder of data sets.",
    ),
    (
        "define",
        "check",
        "define.command",
        "define_check",
        "Check any define.xml, with or without data.",
    ),
    ("define", "html", "define.command", "define_html", "Write define.html beside a define.xml."),
    (
        "package",
        "build",
        "submission.package_step",
        "package_command",
        "Build what is stale, validate, and package a study as an eCTD tree.",
    ),
    (
        "package",
        "check",
        "submission.package_step",
        "package_check_command",
        "Would the gateway reject a package, and what would a reviewer trip over?",
    ),
    (
        "standards",
        "import",
        "specs.standards.command",
        "import_",
        "Import controlled terminology as NCI EVS publishes it.",
    ),
)
