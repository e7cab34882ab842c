"""What is known of time as text: ISO 8601, the calendar, imputation."""
