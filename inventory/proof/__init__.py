"""Prove the stock book: every number against the entries it must be the sum of."""

from inventory.proof.checks import SHOWN, Break
from inventory.proof.proving import Proof, prove_stock

__all__ = ["SHOWN", "Break", "Proof", "prove_stock"]
