"""Suppliers' bills: entered, matched, approved or disputed, and posted."""

VIEW, EDIT, APPROVE = "billing.view", "billing.edit", "billing.approve"
