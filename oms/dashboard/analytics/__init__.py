"""Are we getting better, and why not?"""
