"""What TFX lacks: custom components, each a folder of pure logic beside a thin `component.py`."""
