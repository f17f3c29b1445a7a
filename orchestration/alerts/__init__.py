"""Alerts: what needs a person, said once to each channel.

signs.py finds what is wrong; decision.py what each channel has yet to be told, from what memory.py says it has been
told; wording.py makes the message; channels.py delivers it; attend.py does it all after a refresh and every hour.
"""
