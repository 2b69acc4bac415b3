"""Customers: who they are and what they have been through."""
