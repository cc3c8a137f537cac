"""Values and arithmetic that know no film: exact time, media facts, ports. Python's own library and numpy; no
input or output.
"""
