"""ffmpeg: its command lines, and running them within limits."""
