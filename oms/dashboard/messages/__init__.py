"""The mail that customers got, and the mailbox of a development machine."""
