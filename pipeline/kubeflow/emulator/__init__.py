"""KFP's driver and launcher on this machine: each step of a package in a fresh process, as a cluster would run it.

Not emulated: images, resources, nodes, caching, conditions, nested pipelines, output parameters, importers.
"""
