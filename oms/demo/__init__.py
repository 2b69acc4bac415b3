"""A merchant with a believable few weeks of trade, made through the real actions: everything about it is invented."""
