"""Where approved words were said, by what evidence, and where to cut. It says matched only where nobody need
look.
"""
