"""Nothing is timed in tests, so hypothesis does not time its examples either."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
