"""What makes tabulations of finished records: checks, qualifiers, relations, output, account."""
