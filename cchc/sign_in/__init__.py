"""Signing in and staying signed in: passwords' throttle, the second step, sessions, the province's
sign-in (OIDC). Rules for passwords themselves: cchc/passwords.py."""
