"""Questions to people: their identity, their life, the ledger, the workbooks that go out and come
back."""
