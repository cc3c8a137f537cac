"""Everything that leaves. Nothing reaches build/ but through release.py."""
