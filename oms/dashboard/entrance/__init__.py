"""Pages before a merchant is chosen: the way in, the switcher, and invitations."""
