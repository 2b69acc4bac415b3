"""The rules of value: what comes in at which cost, and at which it leaves. Pure."""
