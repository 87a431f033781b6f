"""Tells who runs the server when others on the network can do more with it than they should."""

import ipaddress

from serving.security.guards import Guards


def advise(address: str, guards: Guards) -> str:
    """Return what to do, or nothing when all is well.

    Args:
        address: The numeric one that the server listens on.
        guards: What stands before it.
    """
    if ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        return ""
    if guards.tls is None and guards.tokens is None:
        return (
            "Everyone who reaches this address may use the models and read what others send. Give --token-file with "
            "--tls-cert and --tls-key, or these with --tls-client-ca, or let only a proxy that does both reach it"
        )
    if guards.tls is None:
        return (
            "Tokens and images cross the network in the clear. Give --tls-cert and --tls-key, or let only a proxy with "
            "TLS reach this address"
        )
    if guards.tokens is None and not guards.tls.demands_client_certificates:
        return "Everyone who reaches this address may use the models. Give --token-file or --tls-client-ca"
    return ""
