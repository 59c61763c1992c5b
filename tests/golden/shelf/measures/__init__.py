from .feet import in_feet
