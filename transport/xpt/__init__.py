"""SAS transport files, version 5 and 8."""
