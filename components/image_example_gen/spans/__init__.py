"""Spans: folders of images that arrive one after another, named by a pattern such as `data/span-{SPAN}`."""
