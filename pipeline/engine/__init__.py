"""How work is keyed, kept and spread. It knows no subject."""
