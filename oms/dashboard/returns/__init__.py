"""Returns: which wait for whom, is this one right, and what do we owe?"""
