"""What rules are run over: data sets, define.xml, the library, the study."""
