"""The trail: who referred whom, how far it has been followed, and whom to talk to next. Pure."""
