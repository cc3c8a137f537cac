"""What people put right in captions: parsed, compared, kept and put on again."""
