"""`vitrina doctor`: whether the machine, the home and the service are fit for the nights to come."""
