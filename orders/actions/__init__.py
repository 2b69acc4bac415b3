"""What can be done with orders. Each module is a verb; batch functions have a one-order twin."""
