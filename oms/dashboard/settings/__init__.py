"""Pages of how a business is set up: people, keys, webhooks, channels, parked events, activity, approvals."""
