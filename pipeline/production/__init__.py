"""What people wrote before the edit: parsed at the door, frozen behind it. Outside it nobody sees TOML, CSV
or pydantic.
"""
