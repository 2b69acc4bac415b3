"""The company: users, memberships and their roles, API keys, sales channels, and the doors that know them."""
