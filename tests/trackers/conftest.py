"""Both trackers, connected to an address that only respx answers."""

from collections.abc import AsyncIterator, Iterator

import pytest
from datadog_api_client import ApiClient, Configuration

from bridge.domain.model import TrackerName
from bridge.trackers import datadog_case_management, datadog_error_tracking
from bridge.trackers.datadog_case_management.client import CaseManagement
from bridge.trackers.datadog_case_management.settings import CaseManagementSettings
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from tests.clocks import StoppedClock

KEYS = {"api_key": "an-api-key", "app_key": "an-app-key"}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def errors(clock: StoppedClock) -> AsyncIterator[ErrorTracking]:
    settings = ErrorTrackingSettings.model_validate(
        {"kind": "datadog_error_tracking", **KEYS}
    )
    kind = datadog_error_tracking.KIND
    async with kind.connect(TrackerName("errors"), settings, clock) as tracker:
        assert isinstance(tracker, ErrorTracking)
        yield tracker


@pytest.fixture
async def cases(clock: StoppedClock) -> AsyncIterator[CaseManagement]:
    settings = CaseManagementSettings.model_validate(
        {"kind": "datadog_case_management", **KEYS}
    )
    kind = datadog_case_management.KIND
    async with kind.connect(TrackerName("cases"), settings, clock) as tracker:
        assert isinstance(tracker, CaseManagement)
        yield tracker


@pytest.fixture
def official() -> Iterator[ApiClient]:
    configuration = Configuration()  # type: ignore[no-untyped-call]
    with ApiClient(configuration) as client:
        yield client
