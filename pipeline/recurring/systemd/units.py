"""The unit files: a timer with the service of one run, or the service that keeps time itself.

Both forms have a service of the same name, so that a machine cannot have both.
"""

from collections.abc import Sequence

from pipeline.config import PipelineConfig
from pipeline.recurring.order import RecurringOrder, ScheduledOrder
from pipeline.recurring.settings_file import settings_text
from pipeline.recurring.systemd.calendar import calendar_expression
from pipeline.recurring.systemd.hardening import hardening
from pipeline.recurring.systemd.paths import on_machine, unit_paths
from pipeline.recurring.systemd.unit_text import command_value, list_value, path_value

_RESTART_SECONDS = 30


def timer_units(order: ScheduledOrder) -> dict[str, str]:
    """Return the timer, the service that it starts, and their settings: file name to text.

    Raises:
        UsageError: With every path that a unit file cannot hold.
    """
    config = on_machine(order.config)
    return {
        f"{order.name}.timer": _timer(order),
        f"{order.name}.service": _service_of_one_run(order, config),
        _settings_name(order): settings_text(config),
    }


def service_units(order: RecurringOrder) -> dict[str, str]:
    """Return the service that keeps time itself, and its settings: file name to text.

    Raises:
        UsageError: With every path that a unit file cannot hold.
    """
    config = on_machine(order.config)
    return {
        f"{order.name}.service": _service_that_stays(order, config),
        _settings_name(order): settings_text(config),
    }


def _timer(order: ScheduledOrder) -> str:
    return f"""\
[Unit]
Description=When Tandem retrains {order.config.pushed_name}

[Timer]
# Cron: {order.schedule}
OnCalendar={calendar_expression(order.schedule, order.zone.key)}
# What was missed while the machine was off is made up for, once.
Persistent=true
AccuracySec=1s
RandomizedDelaySec={order.config.recurring.systemd.randomized_delay_seconds}s

[Install]
WantedBy=timers.target
"""


def _service_of_one_run(order: RecurringOrder, config: PipelineConfig) -> str:
    return f"""\
{_unit_section(order, config)}
[Service]
Type=oneshot
ExecStart={command_value(_command(order, "--once"))}
TimeoutStartSec={config.recurring.systemd.max_run_seconds}s
# 3: the new model was not good enough, which is an answer. 130: the run was told to stop, and will go on next time.
SuccessExitStatus=3 130
{_rest_of_service(order, config)}"""


def _service_that_stays(order: RecurringOrder, config: PipelineConfig) -> str:
    return f"""\
{_unit_section(order, config)}# Five failed starts in ten minutes are not going to end.
StartLimitIntervalSec=600s
StartLimitBurst=5

[Service]
Type=exec
ExecStart={command_value(_command(order))}
Restart=on-failure
RestartSec={_RESTART_SECONDS}s
# 2: settings that are wrong stay wrong.
RestartPreventExitStatus=2
SuccessExitStatus=130
{_rest_of_service(order, config)}
[Install]
WantedBy=multi-user.target
"""


def _unit_section(order: RecurringOrder, config: PipelineConfig) -> str:
    return f"""\
[Unit]
Description=Tandem retrains {config.pushed_name}
Wants=network-online.target
After=network-online.target
# A disk that is not there must not look like an empty folder.
RequiresMountsFor={list_value(unit_paths(config).data)}
"""


def _rest_of_service(order: RecurringOrder, config: PipelineConfig) -> str:
    systemd = config.recurring.systemd
    return "\n".join(
        [
            f"User={systemd.user}",
            f"WorkingDirectory={path_value(systemd.working_directory)}",
            "# Libraries keep weights and caches in the home folder.",
            f"CacheDirectory={order.name}",
            f"Environment=HOME=/var/cache/{order.name}",
            *([f"EnvironmentFile={path_value(systemd.environment_file)}"] if systemd.environment_file else []),
            *(f"LoadCredential={name}:{path_value(path)}" for name, path in systemd.credentials.items()),
            "# The run passes the signal on to its own processes and ends at a safe point.",
            "KillSignal=SIGTERM",
            "KillMode=mixed",
            f"TimeoutStopSec={systemd.stop_seconds}s",
            *([f"MemoryMax={systemd.memory_max}"] if systemd.memory_max else []),
            "Nice=5",
            *hardening(unit_paths(config), gpu=systemd.gpu),
            "",
        ]
    )


def _command(order: RecurringOrder, *options: str) -> Sequence[str]:
    systemd = order.config.recurring.systemd
    settings = f"{systemd.config_folder}/{_settings_name(order)}"
    return (systemd.python, "-m", "pipeline.retrain", *options, "--config", settings)


def _settings_name(order: RecurringOrder) -> str:
    return f"{order.name}.yaml"
