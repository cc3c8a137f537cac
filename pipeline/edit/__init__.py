"""The cut as data: frames and samples, exactly."""
