"""May it be seen? A refusal is made here and nowhere else; what is not known to be approved is refused."""
