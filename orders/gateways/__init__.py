"""Whoever holds a customer's money, behind one port each."""
