"""The steps of `mailer init`: ask, find the servers, sign in, write, and say what happens next."""
