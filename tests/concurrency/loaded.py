"""The product, loaded: what the server that racing processes are forked from imports, once."""

import importlib

import django

django.setup()
importlib.import_module("oms.urls")
