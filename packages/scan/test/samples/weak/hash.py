import hashlib


def weak(text):
    return hashlib.md5(text).hexdigest()


def known(text):
    return hashlib.md5(text).hexdigest()  # nosemgrep: py-weak-hash
