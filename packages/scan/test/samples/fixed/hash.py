import hashlib


def strong(text):
    return hashlib.sha256(text).hexdigest()
