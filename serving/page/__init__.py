"""The web page at `/`: drop photos, see the classes of one version or of two side by side."""
