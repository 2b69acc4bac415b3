"""From what a channel, a file or a person gave us to an order we can stand for: pure rules, no database.

A *draft* (`drafts`) is checked (`checking`: every bad field named at once) and priced (`pricing`).
`orders.actions.place` does the rest.
"""
