"""One module for each command or group; each holds its click command as `command`."""
