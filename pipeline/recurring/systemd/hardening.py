"""What a unit takes away from a run that it does not need."""

from pipeline.recurring.systemd.paths import UnitPaths
from pipeline.recurring.systemd.unit_text import list_value


def hardening(paths: UnitPaths, *, gpu: bool) -> list[str]:
    """Return the lines of a service that confine it.

    Args:
        paths: What the run writes and reads.
        gpu: Whether it needs the devices of the machine.
    """
    return [
        "# It writes these folders, its cache and a /tmp of its own, nothing else.",
        "ProtectSystem=strict",
        f"ReadWritePaths={list_value(paths.written)}",
        *([f"ReadOnlyPaths={list_value(paths.read)}"] if paths.read else []),
        f"ProtectHome={'read-only' if paths.need_homes else 'yes'}",
        "PrivateTmp=yes",
        *(["# PrivateDevices=yes would hide the GPU."] if gpu else ["PrivateDevices=yes"]),
        "UMask=0027",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "RestrictSUIDSGID=yes",
        "ProtectClock=yes",
        "ProtectControlGroups=yes",
        "ProtectHostname=yes",
        "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelTunables=yes",
        "ProtectProc=invisible",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RemoveIPC=yes",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallErrorNumber=EPERM",
        "# No MemoryDenyWriteExecute: TensorFlow, PyTorch and ONNX Runtime make code while they run.",
    ]
