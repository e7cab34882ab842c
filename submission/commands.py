"""Commands that live in other packages, by where they hang: (group, name, module, attribute, help)."""

LAZY: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "standards",
        "import",
        "specs.standards.command",
        "import_",
        "Import controlled terminology as NCI EVS publishes it.",
    ),
)
