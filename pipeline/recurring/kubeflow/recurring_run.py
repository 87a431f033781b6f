"""A recurring run: as it is wanted, and as the server has it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from pipeline.kubeflow.config import KubeflowConfig
from pipeline.recurring.kubeflow.mark import Mark
from pipeline.recurring.kubeflow.six_fields import SixFieldCron


@dataclass(frozen=True, kw_only=True)
class WantedRun:
    """A recurring run that there should be.

    Attributes:
        name: Its name; the server allows several of one name, we do not.
        cron: When, by the clock of the server.
        when: Schedule and zone as they were asked for.
        package_version: Hash of the compiled package.
        kubeflow: Experiment and service account.
    """

    name: str
    cron: SixFieldCron
    when: str
    package_version: str
    kubeflow: KubeflowConfig

    @property
    def fingerprint(self) -> str:
        """Hash of everything that cannot be changed in a recurring run, 16 characters."""
        facts = [
            self.name,
            self.cron.text,
            self.package_version,
            self.kubeflow.experiment,
            self.kubeflow.namespace,
            self.kubeflow.service_account,
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class RecurringRun:
    """A recurring run that the server has and Tandem made.

    Attributes:
        id: Its id there.
        name: Its name.
        is_enabled: Whether it starts runs.
        cron: When, as the server has it.
        created: When it was made.
        mark: What its description says to us.
    """

    id: str
    name: str
    is_enabled: bool
    cron: str
    created: datetime
    mark: Mark
