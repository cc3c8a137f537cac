"""Pictures and sound from the timeline, a shot at a time: a shot depends on its key and on nothing else."""
