"""The study's reporting event as CDISC ARS 1.0 says it."""
