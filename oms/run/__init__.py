"""How Throughline runs on one machine: `make run`, the servers of the tests, the mailbox.

`install.py` comes first and needs only the standard library; `__main__.py` is `make run`.
"""
