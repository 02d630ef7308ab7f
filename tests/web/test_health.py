"""What health says while the bridge is ready all the same."""

import httpx


async def test_a_warning_does_not_make_it_unready(
    client: httpx.AsyncClient, warnings: list[str]
) -> None:
    warnings.append("the configuration was not reloaded")

    answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "reasons": [], "warnings": warnings}
