"""What machines do to a home, each time compared with a home to which nothing was done: `make faults`."""
