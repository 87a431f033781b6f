"""Load by wrk (Debian package `wrk`), a load generator in C that takes next to nothing of the cores it measures."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """
local bodies = {}
for name in io.lines("FOLDER/names") do
  local file = io.open(name, "rb")
  bodies[#bodies + 1] = file:read("*a")
  file:close()
end
local number = 0
function request()
  number = number + 1
  return wrk.format("POST", "PATH", {["content-type"] = "TYPE"}, bodies[number % #bodies + 1])
end
function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\\nRESULT {"requests": %d, "microseconds": %d, "failed": %d, "p50_us": %d, "p99_us": %d}\\n',
    summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What wrk measured in one round."""

    requests_per_second: float
    failed: int
    p50_ms: float
    p99_ms: float


def put_under_load(
    address: str, path: str, bodies: list[bytes], *, connections: int, seconds: int, content_type: str = "image/png"
) -> Load:
    """Send bodies in turn over connections that each wait for their answer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [folder / f"{number}.body" for number in range(len(bodies))]
        for file, body in zip(names, bodies, strict=True):
            file.write_bytes(body)
        (folder / "names").write_text("\n".join(map(str, names)))
        script = folder / "post.lua"
        script.write_text(_SCRIPT.replace("FOLDER", name).replace("PATH", path).replace("TYPE", content_type))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-s", str(script), address]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    match = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    assert match, done.stdout
    result = json.loads(match[1])
    return Load(
        requests_per_second=result["requests"] / result["microseconds"] * 1e6,
        failed=result["failed"],
        p50_ms=result["p50_us"] / 1000,
        p99_ms=result["p99_us"] / 1000,
    )
