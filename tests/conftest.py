"""What all tests share: property tests that behave the same everywhere."""

from hypothesis import settings

# A deadline for one example would measure the machine, not the code.
settings.register_profile("bridge", deadline=None, print_blob=True)
settings.load_profile("bridge")
